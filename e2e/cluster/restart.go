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

func restartRuntime(ctx context.Context, args []string) error {
	wanted, err := wantedLimit(args)
	if err != nil {
		return err
	}
	if userCluster() != "" {
		return errors.New("the runtime of the cluster of WST_KUBECONFIG is not ours to restart: unset it to use the node of e2e/cluster/up")
	}
	if os.Geteuid() != 0 {
		return errors.New("restarting containerd needs root: run it as root with Go in the PATH, such as sudo env \"PATH=$PATH\" e2e/cluster/restart-runtime")
	}
	log := progress.New(os.Stdout)
	_, programs, health, err := lockAndCheck(ctx, log)
	if err != nil {
		return err
	}
	if health.Problem != nil {
		return fmt.Errorf("%w; e2e/cluster/up starts a node", health.Problem)
	}
	if !health.RunsFrom(programs) {
		return errors.New("the node runs other versions than this checkout has; e2e/cluster/up replaces it")
	}
	limit, err := node.RestartRuntime(ctx, programs, wanted, log.Say)
	if err != nil {
		return fmt.Errorf("restart containerd: %w", err)
	}
	log.Say("containers get %d open files, up to %d", limit.Soft, limit.Hard)
	return nil
}

// wantedLimit has zeros for what shall stay.
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
