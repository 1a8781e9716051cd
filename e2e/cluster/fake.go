package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"wstuning.dev/e2e/cluster/build"
	"wstuning.dev/e2e/cluster/node"
)

const fakeHelp = `Usage: e2e/cluster/fake-nodes COUNT

Adds nodes that do not exist to the node of e2e/cluster/up, fake-1 to fake-COUNT, for stories of many pods. KWOK plays their
kubelets: pods become Ready in a second, and what the operator injects reports that all went well. Pods get there only by
nodeName or a toleration of kwok.x-k8s.io/node. The first time it builds KWOK (a minute).

With a COUNT of 0 it deletes these nodes and ends KWOK. Delete their pods before. e2e/cluster/down ends it as well.
`

const mostFakes = 100

func fakeNodes(ctx context.Context, args []string) error {
	count, err := wantedFakes(args)
	if err != nil {
		return err
	}
	log, _, health, err := lockOwnNode(ctx, "fake-nodes")
	if err != nil {
		return err
	}
	if health.Problem != nil {
		return fmt.Errorf("%w; e2e/cluster/up starts a node", health.Problem)
	}
	if count == 0 {
		return node.RemoveFakes(ctx, log.Say)
	}
	c, err := cache()
	if err != nil {
		return err
	}
	c.Say = log.Say
	folder, err := c.Build(ctx, build.Kwok)
	if err != nil {
		return err
	}
	version, err := build.Kubernetes.Version(c.Modules)
	if err != nil {
		return err
	}
	if err := node.StartFakes(ctx, folder, version, count, log.Say); err != nil {
		return fmt.Errorf("start fake nodes: %w", err)
	}
	return nil
}

func wantedFakes(args []string) (int, error) {
	if len(args) != 1 {
		return 0, errors.New("how many fake nodes? give one number; --help shows more")
	}
	count, err := strconv.Atoi(args[0])
	if err != nil || count < 0 || count > mostFakes {
		return 0, fmt.Errorf("%q is no number from 0 to %d", args[0], mostFakes)
	}
	return count, nil
}
