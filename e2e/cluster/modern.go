package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"wstuning.dev/e2e/cluster/build"
	"wstuning.dev/e2e/cluster/debian"
	"wstuning.dev/e2e/cluster/modern"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/progress"
)

const modernHelp = `Usage: e2e/cluster/modern-node run [COMMAND [ARGUMENT...]]
       e2e/cluster/modern-node reboot
       e2e/cluster/modern-node poweroff [--at-once]
       e2e/cluster/modern-node prepare

What can be done with the node that e2e/cluster/up --modern starts:
  run        runs a command on it, as root; without one, a shell
  reboot     boots it again, and returns when it is Ready
  poweroff   switches it off: e2e/cluster/up --modern boots it again. With --at-once it ends as by a loss of power
  prepare    makes what e2e/cluster/up --modern starts it from, and starts nothing. The node must be up
`

func modernNode(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("what about the modern node? run, reboot or poweroff; --help shows more")
	}
	if userCluster() != "" {
		return errors.New("the cluster of WST_KUBECONFIG has no modern node: unset it to use the one of e2e/cluster/up --modern")
	}
	if os.Geteuid() != 0 {
		return errors.New("the modern node needs root: run this as root with Go in the PATH, such as sudo env \"PATH=$PATH\" e2e/cluster/modern-node")
	}
	switch command, rest := args[0], args[1:]; {
	case command == "run":
		return runOnModern(rest)
	case command == "reboot" && len(rest) == 0:
		return lockedModern(func(say node.Say) error { return modern.Reboot(ctx, say) })
	case command == "poweroff" && (len(rest) == 0 || slices.Equal(rest, []string{"--at-once"})):
		return lockedModern(func(say node.Say) error { return modern.PowerOff(ctx, len(rest) == 1, say) })
	case command == "prepare" && len(rest) == 0:
		return prepareModern(ctx)
	case !slices.Contains([]string{"reboot", "poweroff", "prepare"}, command):
		return fmt.Errorf("there is no command %q: use run, reboot, poweroff or prepare", command)
	default:
		return fmt.Errorf("unknown argument %q; --help shows what there is", rest[0])
	}
}

func prepareModern(ctx context.Context) error {
	log, programs, health, err := lockOwnNode(ctx, "modern-node")
	if err != nil {
		return err
	}
	if health.Problem != nil {
		return fmt.Errorf("%w; e2e/cluster/up starts a node", health.Problem)
	}
	c, err := cache()
	if err != nil {
		return err
	}
	c.Say = log.Say
	disks, err := readyToMake(ctx, c)
	if err != nil {
		return err
	}
	if err := modern.Prepare(ctx, disks, programs); err != nil {
		return fmt.Errorf("prepare the modern node: %w", err)
	}
	log.Say("the modern node can be started")
	return nil
}

func lockedModern(do func(say node.Say) error) error {
	log := progress.New(os.Stdout)
	if err := node.Lock(func() { log.Say("waiting for another e2e/cluster command to end") }); err != nil {
		return err
	}
	return do(log.Say)
}

// runOnModern becomes the client that runs the command.
func runOnModern(args []string) error {
	if on, err := modern.Running(); err != nil || !on {
		return cmp.Or(err, modern.ErrNone)
	}
	command := modern.Command(context.Background(), args...)
	path, err := exec.LookPath(command.Path)
	if err != nil {
		return fmt.Errorf("reach the modern node: %w", err)
	}
	return syscall.Exec(path, command.Args, os.Environ())
}

func startModern(ctx context.Context, c build.Cache, programs node.Binaries) error {
	disks, err := readyToMake(ctx, c)
	if err != nil {
		return err
	}
	if err := modern.Up(ctx, disks, programs); err != nil {
		if _, missing := os.Stat(modern.Log); missing == nil {
			fmt.Fprintf(os.Stderr, "\nThe end of %s:\n%s\n", modern.Log, tail(modern.Log, 15))
		}
		return fmt.Errorf("start the modern node: %w", err)
	}
	return nil
}

var errNoModern = errors.New("a modern node needs user-mode Linux, which is built for amd64 alone")

// readyToMake installs and builds what a modern node is made with.
func readyToMake(ctx context.Context, c build.Cache) (modern.Cache, error) {
	if !modern.Supported() {
		return modern.Cache{}, errNoModern
	}
	if err := installPackages(ctx, debian.Modern, c.Say); err != nil {
		return modern.Cache{}, err
	}
	disks, err := modernCache(c)
	if err != nil {
		return modern.Cache{}, err
	}
	disks.Runc, err = c.Build(ctx, build.Runc)
	return disks, err
}

// modernCache is next to the one of built programs. Its images are those of this checkout.
func modernCache(c build.Cache) (modern.Cache, error) {
	images, err := filepath.Glob(filepath.Join(os.Getenv("WST_CLUSTER_SOURCE"), "../../target/images/*.tar"))
	if err != nil {
		return modern.Cache{}, err
	}
	return modern.Cache{Folder: filepath.Join(filepath.Dir(c.Folder), "modern"), Images: images, Say: c.Say}, nil
}
