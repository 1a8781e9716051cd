package main

import (
	"context"
	"fmt"

	"wstuning.dev/e2e/cluster/node"
)

const stopAPIServerHelp = `Usage: e2e/cluster/stop-apiserver

Ends the node's API server and its controllers, which do not live long without it in other clusters either. Everything
else goes on running: pods, kubelet and etcd. e2e/cluster/start-apiserver starts both again, e2e/cluster/up replaces the
node, e2e/cluster/down removes it as usual.
`

const startAPIServerHelp = `Usage: e2e/cluster/start-apiserver

Starts the API server and the controllers that e2e/cluster/stop-apiserver ended. Returns when it is ready and the node is Ready.
`

func stopAPIServer(ctx context.Context, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	log, _, health, err := lockOwnNode(ctx, "stop-apiserver")
	if err != nil {
		return err
	}
	if health.Stopped() {
		log.Say("the API server is stopped already")
		return nil
	}
	if health.Problem != nil {
		return fmt.Errorf("%w; e2e/cluster/up starts a node", health.Problem)
	}
	if err := node.StopAPIServer(log.Say); err != nil {
		return fmt.Errorf("stop the API server: %w", err)
	}
	return nil
}

func startAPIServer(ctx context.Context, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	log, programs, health, err := lockOwnNode(ctx, "start-apiserver")
	if err != nil {
		return err
	}
	if health.Problem == nil {
		log.Say("the API server runs already")
		return nil
	}
	if !health.Stopped() {
		return fmt.Errorf("%w; e2e/cluster/up starts a node", health.Problem)
	}
	if !health.RunsFrom(programs) {
		return errOtherVersions
	}
	if err := node.StartAPIServer(ctx, programs, log.Say); err != nil {
		return fmt.Errorf("start the API server: %w", err)
	}
	return nil
}
