package main

import (
	"flag"
	"fmt"
	"io"
	"time"
)

const readyHelp = `node-agent ready [--state=FOLDER]

Exits with 0 if serve is ready: it has seen its WebSocketNodeState, and if that has openFiles, it is connected to the container
runtime. Otherwise it reports why not.
`

func runReady(arguments []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("node-agent ready", flag.ContinueOnError)
	state := addStateFlag(flags)
	if err := parse(flags, readyHelp, arguments, stdout); err != nil {
		return err
	}
	if err := folder(state).Ready(time.Now()); err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	return nil
}
