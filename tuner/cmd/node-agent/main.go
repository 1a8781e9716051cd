// Command node-agent keeps the settings of one node, and grants open files to the containers on it, as its
// WebSocketNodeState says. It runs in the pods of a DaemonSet.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/version"
)

const usage = `node-agent applies the WebSocketNodeState of its node.

Usage:
  node-agent serve --node=NAME     keep the sysctls as wanted, and grant open files to containers whose pods want them
  node-agent ready                 report to a probe whether serve is ready
  node-agent alive                 report to a probe whether serve hangs
  node-agent sysctls [--json]      list the keys that serve accepts
  node-agent version

"node-agent COMMAND --help" explains the flags.

Exit codes: 0 done, 1 failed, 2 wrong usage.
`

const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	err := dispatch(ctx, arguments, stdout, stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.Is(err, cli.ErrUsage):
		fmt.Fprintf(stderr, "node-agent: %v\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "node-agent: %v\n", err)
		return exitFailed
	}
}

func dispatch(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	if len(arguments) == 0 {
		return cli.UsageError(errors.New("a command is needed: see node-agent --help"))
	}
	command, rest := arguments[0], arguments[1:]
	switch command {
	case "serve":
		return runServe(ctx, rest, stdout, stderr)
	case "ready":
		return runReady(rest, stdout)
	case "alive":
		return runAlive(rest, stdout)
	case "sysctls":
		return listSysctls(rest, stdout)
	case "version":
		_, err := io.WriteString(stdout, version.Version+"\n")
		return err
	case "help", "-h", "-help", "--help":
		_, err := io.WriteString(stdout, usage)
		return err
	}
	return cli.UsageError(fmt.Errorf("unknown command %q: see node-agent --help", command))
}
