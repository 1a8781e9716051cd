package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/progress"
)

const restartHelp = `Usage: e2e/cluster/restart-runtime [--soft-nofile=N] [--hard-nofile=N]

Restarts the node's containerd as a package upgrade would: pods go on running, plugins lose their connection. Returns when
the node is Ready. With a flag, containers that are created from then on have another limit of open files:
  --soft-nofile=N   soft limit; by default it stays as it is
  --hard-nofile=N   hard limit, at most this machine's (ulimit -Hn); by default it stays as it is
`

var errOtherVersions = errors.New("the node runs other versions than this checkout has; e2e/cluster/up replaces it")

func restartRuntime(ctx context.Context, args []string) error {
	wanted, err := wantedLimit(args)
	if err != nil {
		return err
	}
	log, programs, health, err := lockOwnNode(ctx, "restart-runtime")
	if err != nil {
		return err
	}
	if health.Problem != nil {
		return fmt.Errorf("%w; e2e/cluster/up starts a node", health.Problem)
	}
	if !health.RunsFrom(programs) {
		return errOtherVersions
	}
	limit, err := node.RestartRuntime(ctx, programs, wanted, log.Say)
	if err != nil {
		return fmt.Errorf("restart containerd: %w", err)
	}
	log.Say("containers get %d open files, up to %d", limit.Soft, limit.Hard)
	return nil
}

// lockOwnNode is lockAndCheck for a command that stops or starts one of the node's programs.
func lockOwnNode(ctx context.Context, command string) (*progress.Log, node.Binaries, node.Health, error) {
	log := progress.New(os.Stdout)
	if userCluster() != "" {
		return log, node.Binaries{}, node.Health{}, fmt.Errorf("the cluster of WST_KUBECONFIG is not ours to change: unset it to use %s on the node of e2e/cluster/up", command)
	}
	if os.Geteuid() != 0 {
		return log, node.Binaries{}, node.Health{}, fmt.Errorf("%s needs root: run it as root with Go in the PATH, such as sudo env \"PATH=$PATH\" e2e/cluster/%s", command, command)
	}
	_, programs, health, err := lockAndCheck(ctx, log)
	return log, programs, health, err
}

// wantedLimit has zeros for what must stay.
func wantedLimit(args []string) (node.OpenFiles, error) {
	var wanted node.OpenFiles
	flags := flag.NewFlagSet("restart-runtime", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error is printed once, by main
	flags.Uint64Var(&wanted.Soft, "soft-nofile", 0, "")
	flags.Uint64Var(&wanted.Hard, "hard-nofile", 0, "")
	if err := flags.Parse(args); err != nil {
		return node.OpenFiles{}, fmt.Errorf("%w; --help shows what there is", err)
	}
	return wanted, noArguments(flags.Args())
}
