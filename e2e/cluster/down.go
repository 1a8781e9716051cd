package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"wstuning.dev/e2e/cluster/modern"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/progress"
)

const downHelp = `Usage: e2e/cluster/down [--modern]

Removes the node and everything that it did to this machine: processes, pods, control groups, network, packet filter,
kernel settings and files. The logs stay in ` + node.LastLogs + `, built programs in the cache.
Fails and lists what is left if anything is. It may be called in any state, also when there is no node. A cluster of
WST_KUBECONFIG is left alone.

  --modern   removes the modern node alone
`

func down(ctx context.Context, args []string) error {
	modernAlone, err := onlyModern(args)
	if err != nil {
		return err
	}
	if kubeconfig := userCluster(); kubeconfig != "" {
		fmt.Printf("your cluster of WST_KUBECONFIG=%s is left alone\n", kubeconfig)
		return nil
	}
	if os.Geteuid() != 0 {
		return errors.New("removing the node needs root: run it as root with Go in the PATH, such as sudo env \"PATH=$PATH\" e2e/cluster/down")
	}
	log := progress.New(os.Stdout)
	if err := node.Lock(func() { log.Say("waiting for another e2e/cluster command to end") }); err != nil {
		return err
	}
	c, err := cache()
	if err != nil {
		return err
	}
	disks, err := modernCache(c)
	if err != nil {
		return err
	}
	if modernAlone {
		return removeModern(ctx, disks, log)
	}
	existed, err := node.Remove()
	if err != nil {
		return fmt.Errorf("remove the node: %w", err)
	}
	if err := disks.Sweep(); err != nil {
		return err
	}
	left, err := node.Leftovers()
	if err != nil {
		return fmt.Errorf("look for leftovers: %w", err)
	}
	if len(left) > 0 {
		return fmt.Errorf("the node is down, but this is left:\n  %s", strings.Join(left, "\n  "))
	}
	if !existed {
		log.Say("there is no node, and nothing of one is left")
		return nil
	}
	log.Say("the node is down and nothing of it is left; its logs are in %s", node.LastLogs)
	return nil
}

func removeModern(ctx context.Context, c modern.Cache, log *progress.Log) error {
	if err := modern.Remove(ctx, log.Say); err != nil {
		return fmt.Errorf("remove the modern node: %w", err)
	}
	if err := c.Sweep(); err != nil {
		return err
	}
	log.Say("there is no modern node any more")
	return nil
}
