package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"wstuning.dev/e2e/cluster/build"
	"wstuning.dev/e2e/cluster/debian"
	"wstuning.dev/e2e/cluster/modern"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/progress"
)

const upHelp = `Usage: e2e/cluster/up [--modern]

Starts a real single-node Kubernetes on this machine, or says that it is up. The first time it installs a few Debian
packages and builds Kubernetes, etcd and containerd (about 10 minutes on two cores); then it takes about 20 seconds.
Needs Linux, root and Go. What it changes on the machine, e2e/cluster/down takes back.

  --modern   starts a second worker as well, in user-mode Linux: systemd, cgroup v2 alone, containerd under its usual unit,
             root with all capabilities. The first time it makes a disk of Debian's packages, the node's programs and the
             images in target/images (a minute, and again in part when these change); then it takes half a minute. Boots it
             again after e2e/cluster/modern-node poweroff. Needs up to 4 GiB of memory, and amd64.

Environment:
  WST_KUBECONFIG        use the cluster of this kubeconfig: only checks that it answers
  WST_NODE_SOFT_NOFILE  soft limit of open files of containers (default 1024, as containerd has it under systemd)
  WST_CACHE             folder of built programs (default ~/.cache/wstuning)
`

const (
	defaultSoftFiles = 1024
	patience         = 20 * time.Second // with a node whose programs all run
)

func up(ctx context.Context, args []string) error {
	withModern, err := onlyModern(args)
	if err != nil {
		return err
	}
	if withModern && !modern.Supported() {
		return errNoModern
	}
	if kubeconfig := userCluster(); kubeconfig != "" {
		if withModern {
			return errors.New("a modern node cannot join the cluster of WST_KUBECONFIG: unset it, and it joins the node of e2e/cluster/up")
		}
		return checkUserCluster(ctx, kubeconfig)
	}
	wanted, err := wantedSoftFiles()
	if err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return errors.New("a node needs root: run it as root with Go in the PATH, such as sudo env \"PATH=$PATH\" e2e/cluster/up, or set WST_KUBECONFIG to use a cluster that you have")
	}
	log := progress.New(os.Stdout)
	c, programs, health, err := lockAndCheck(ctx, log)
	if err != nil {
		return err
	}
	c.Say = log.Say
	if err := startNode(ctx, c, programs, health, wanted); err != nil {
		return err
	}
	if withModern {
		if err := startModern(ctx, c, programs); err != nil {
			return err
		}
	}
	usage()
	return nil
}

// onlyModern reports whether --modern is given, the only argument there is.
func onlyModern(args []string) (bool, error) {
	if len(args) == 1 && args[0] == modernFlag {
		return true, nil
	}
	return false, noArguments(args)
}

const modernFlag = "--modern"

// startNode returns when the node is up, which it may be already.
func startNode(ctx context.Context, c build.Cache, programs node.Binaries, health node.Health, wanted uint64) error {
	if health.Problem == nil && health.RunsFrom(programs) && (wanted == 0 || wanted == health.SoftFiles()) {
		c.Say("the node is up already")
		return nil
	}
	if err := installPackages(ctx, debian.Node, c.Say); err != nil {
		return err
	}
	for _, module := range node.Modules {
		if _, err := c.Build(ctx, module); err != nil {
			return err
		}
	}
	if existed, err := node.Remove(); err != nil {
		return fmt.Errorf("clean up after the last node: %w", err)
	} else if existed {
		c.Say("cleaned up after the last node (%s)", reason(health, programs))
	}
	if wanted == 0 {
		wanted = defaultSoftFiles
	}
	if err := node.Start(ctx, programs, wanted, c.Say); err != nil {
		return giveUp(err)
	}
	c.Say("the node is up")
	return nil
}

// lockAndCheck keeps other commands out until this one ends, and looks at the node that is there.
func lockAndCheck(ctx context.Context, log *progress.Log) (c build.Cache, programs node.Binaries, health node.Health, err error) {
	if err = node.Lock(func() { log.Say("waiting for another e2e/cluster command to end") }); err != nil {
		return
	}
	if c, err = cache(); err != nil {
		return
	}
	if programs, _, err = binaries(c); err != nil {
		return
	}
	health, err = node.CheckPatiently(ctx, patience)
	return
}

func wantedSoftFiles() (uint64, error) {
	text := os.Getenv("WST_NODE_SOFT_NOFILE")
	if text == "" {
		return 0, nil
	}
	wanted, err := strconv.ParseUint(text, 10, 32)
	if err != nil || wanted < node.FewestOpenFiles {
		return 0, fmt.Errorf("WST_NODE_SOFT_NOFILE=%s: write a number of at least %d, for example 1024", text, node.FewestOpenFiles)
	}
	return wanted, nil
}

func reason(health node.Health, programs node.Binaries) string {
	switch {
	case health.Problem != nil:
		return health.Problem.Error()
	case !health.RunsFrom(programs):
		return "it ran other versions"
	default:
		return "it had another limit of open files"
	}
}
