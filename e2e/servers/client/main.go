// The sample client: opens many WebSockets, echoes one message on each, holds them, and prints what it got as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	maxConnections = 60_000 // what one source address can open to one port
	maxHold        = time.Hour
	patience       = 30 * time.Second
)

func main() {
	code, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(2)
	}
	os.Exit(code)
}

func run() (int, error) {
	load := Load{Patience: patience, Ending: byClose}
	flags := flag.NewFlagSet("client", flag.ContinueOnError)
	flags.StringVar(&load.URL, "url", "", "WebSocket to open, for example ws://198.18.128.7:8080/ws")
	service := flags.String("service", "", "in a pod, instead of --url: opens /ws of this Service of its namespace")
	flags.IntVar(&load.Connections, "connections", 1, fmt.Sprintf("how many WebSockets to open, at most %d", maxConnections))
	flags.DurationVar(&load.Hold, "hold", 10*time.Second, "how long to hold them once all are open, at most "+maxHold.String())
	flags.DurationVar(&load.Interval, "interval", time.Millisecond, "pause between two new connections, at most 1s")
	flags.DurationVar(&load.GiveUp, "give-up", 15*time.Second, "open no more when none has opened for so long, 1s to 5m")
	flags.BoolVar(&load.Silent, "silent", false, "the server echoes nothing: the handshake and the ping at the end are the proof")
	flags.Var(&load.Ending, "end", "how connections end after the hold: close (FIN), reset (RST), or goodbye (the server closes)")
	exitCode := flags.Bool("exit-code", false, "exit with 1 unless every wanted WebSocket was open to the end")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), "Opens WebSockets, has one message echoed on each, holds them, then prints one line of JSON:\n"+
			"  {\"wanted\":..,\"opened\":..,\"open\":..,\"failed\":..,\"ended\":..,\"gaveUp\":..,\"firstError\":..}\n"+
			"\"opened\" counts those that opened and echoed, \"open\" those that answered a ping at the end, \"ended\" those\n"+
			"that ended as --end wants. SIGTERM ends the hold early. The progress goes to stderr.\n\nFlags:\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(os.Args[1:]); errors.Is(err, flag.ErrHelp) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	if *service != "" {
		target, err := serviceURL(*service)
		if err != nil {
			return 0, err
		}
		load.URL = target
	}
	if err := check(load, flags.Args()); err != nil {
		return 0, err
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	say := func(what string) func(int) {
		return func(opened int) { fmt.Fprintf(os.Stderr, "%s %d of %d\n", what, opened, load.Connections) }
	}
	result := load.Run(ctx, say("opened"), say("holding"))
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		return 0, err
	}
	if *exitCode && !result.Complete() {
		return 1, nil
	}
	return 0, nil
}

func check(load Load, rest []string) error {
	target, err := url.Parse(load.URL)
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q; all settings are flags, see --help", rest[0])
	case err != nil || (target.Scheme != "ws" && target.Scheme != "wss") || target.Host == "":
		return fmt.Errorf("--url=%q: give a WebSocket URL such as ws://198.18.128.7:8080/ws, or --service", load.URL)
	case load.Connections < 1 || load.Connections > maxConnections:
		return fmt.Errorf("--connections=%d: give 1 to %d", load.Connections, maxConnections)
	case load.Hold < 0 || load.Hold > maxHold:
		return fmt.Errorf("--hold=%v: give 0s to %v", load.Hold, maxHold)
	case load.Interval < 0 || load.Interval > time.Second:
		return fmt.Errorf("--interval=%v: give 0s to 1s", load.Interval)
	case load.GiveUp < time.Second || load.GiveUp > 5*time.Minute:
		return fmt.Errorf("--give-up=%v: give 1s to 5m", load.GiveUp)
	}
	return enoughFiles(load.Connections)
}
