package main

import (
	"flag"
	"fmt"
	"io"
	"time"

	"wstuning.dev/tuner/internal/state"
)

const readyHelp = `node-agent ready [--state=FOLDER]

Exits with 0 if serve is ready: it has seen its WebSocketNodeState, and if that has openFiles, it is connected to the container
runtime. Otherwise it reports why not.
`

const aliveHelp = `node-agent alive [--state=FOLDER]

Exits with 0 if serve has looked at the node within the last two minutes. Otherwise it hangs.
`

func runReady(arguments []string, stdout io.Writer) error {
	return probe("ready", readyHelp, state.Folder.Ready, arguments, stdout)
}

func runAlive(arguments []string, stdout io.Writer) error {
	return probe("alive", aliveHelp, state.Folder.Alive, arguments, stdout)
}

func probe(name, help string, look func(state.Folder, time.Time) error, arguments []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("node-agent "+name, flag.ContinueOnError)
	folder := addStateFlag(flags)
	if err := parse(flags, help, arguments, stdout); err != nil {
		return err
	}
	if err := look(state.Folder(*folder), time.Now()); err != nil {
		return fmt.Errorf("not %s: %w", name, err)
	}
	return nil
}

func addStateFlag(flags *flag.FlagSet) *string {
	return flags.String("state", "/run/agent", "`FOLDER` in which serve leaves word for ready and alive")
}
