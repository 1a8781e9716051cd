package main

import (
	"context"
	"flag"
	"io"
	"sync"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nri"
	"wstuning.dev/tuner/internal/openfiles"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sysctl"
)

const serveHelp = `node-agent serve --node=NAME [--nri-socket=FILE] [--state=FOLDER]

Looks at the sysctls every 20 s and reports those that somebody has changed, in the status of the WebSocketNode. While
that asks for open files, containers get the limits that their pods' annotations ask for when they are created, through
the node resource interface (NRI) of the container runtime. It writes nothing but status, and needs to be in the network
namespace of the node, and the runtime's socket.
`

const lookEvery = 20 * time.Second

func runServe(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	object := addObjectFlags(flags)
	socket := flags.String("nri-socket", "/var/run/nri/nri.sock", "`SOCKET` of the container runtime for plugins")
	state := addStateFlag(flags)
	if err := parse(flags, serveHelp, arguments, stdout); err != nil {
		return err
	}
	client, err := object.client()
	if err != nil {
		return err
	}
	tree, err := sysctl.OpenNodeTree(sysctl.NodeRoot)
	if err != nil {
		return err
	}
	defer tree.Close()
	boot, err := bootID()
	if err != nil {
		return err
	}
	inherited, err := rlimit.Inherited()
	if err != nil {
		return err
	}
	log := newLogger(stderr)
	agent := &agent{
		client: client, tree: tree, boot: boot, log: log, state: folder(state),
		ceiling: ceiling{inherited, folder(state).Raises()}, wake: make(chan struct{}, 1),
	}
	agent.connection = nri.NewConnection(*socket, agent.policy, log, agent.lookSoon)

	var parts sync.WaitGroup
	parts.Go(func() { agent.connection.Run(ctx) })
	parts.Go(func() {
		client.Watch(ctx, agent.changed, func(err error) { log.Error("watch", "problem", err) })
	})
	agent.run(ctx, lookEvery)
	parts.Wait()
	return nil
}

// policy is asked by the runtime's connection for each container.
func (a *agent) policy() (openfiles.Limits, uint64) {
	return a.ceiling.present(), a.ceiling.limit(a.maximum())
}

func (a *agent) maximum() uint64 {
	if node := a.latest(); node != nil && node.Spec.OpenFiles != nil {
		return node.Spec.OpenFiles.Maximum
	}
	return 0
}

func (a *agent) latest() *nodeapi.Node {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.node
}
