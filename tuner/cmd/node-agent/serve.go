package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/rlimit"
)

const serveHelp = `node-agent serve --node=NAME [--nri-socket=FILE[,FILE...]] [--state=FOLDER]

Looks at the sysctls every 20 s and reports those that something else has changed, in the status of the WebSocketNodeState.
While that has openFiles, new containers get the limits that the annotations of their pods want, through the node resource
interface (NRI) of the container runtime. It writes only the status. It needs to be in the network namespace of the node, and
it needs the runtime's socket. If nodes have it in different places, --nri-socket lists several: the first that accepts a
connection is used.
`

const lookEvery = 20 * time.Second

func runServe(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("node-agent serve", flag.ContinueOnError)
	object := addObjectFlags(flags)
	socketFlag := flags.String("nri-socket", "/var/run/nri/nri.sock", "`SOCKETS` of the container runtime for plugins, separated by commas")
	state := addStateFlag(flags)
	if err := parse(flags, serveHelp, arguments, stdout); err != nil {
		return err
	}
	sockets, err := sockets(*socketFlag)
	if err != nil {
		return err
	}
	client, tree, boot, err := object.open()
	if err != nil {
		return err
	}
	defer tree.Close()
	inherited, err := rlimit.Inherited()
	if err != nil {
		return err
	}
	shared := folder(state)
	agent := newAgent(client, tree, boot, shared, ceiling{inherited, shared.Raises()}, sockets, newLogger(stderr))
	agent.serve(ctx, lookEvery)
	return nil
}

// sockets are the places of the list, in its order.
func sockets(list string) ([]string, error) {
	sockets := strings.Split(list, ",")
	for _, socket := range sockets {
		if !filepath.IsAbs(socket) {
			return nil, cli.UsageError(fmt.Errorf("--nri-socket=%s: write the absolute path of a socket instead of %q, or several separated by commas", list, socket))
		}
	}
	return sockets, nil
}
