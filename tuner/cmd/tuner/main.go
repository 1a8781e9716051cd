// Command tuner runs inside pods: as an init container that writes sysctls, as an ephemeral container that looks at the
// server, and for a moment as the server's own first program. It is one static file, without a shell.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/version"
)

const usage = `tuner applies and observes TCP settings inside a pod.

Usage:
  tuner apply   --plan=ID [--on-error=start|hold] KEY=VALUE...   write sysctls and attach socket programs, in an init container
  tuner preload --plan=ID --to=FOLDER --keepalive=T/I/N ...      copy the preload library or the launcher, in an init container
  tuner launch  --minimum=NUMBER -- COMMAND [ARGUMENT...]        adjust the open files limit, then become the server
  tuner observe --start=TOKEN [--ports=PORT,...] ...             look at the server, in an ephemeral container
  tuner sysctls [--json]                                         list the keys that apply accepts
  tuner version

Reports are JSON, one line of at most 1024 bytes, on stdout and in /dev/termination-log.
Run "tuner COMMAND --help" for the flags of a command.

Exit codes: 0 done, 1 failed, 2 wrong usage (nothing was changed). launch also exits with 126 and 127, as a shell does.
apply and preload exit with 75 if they wait for a new container, by --await-node-agent (nothing was changed).
`

const (
	exitDone          = 0
	exitFailed        = 1
	exitUsage         = 2
	exitAwaitsAgent   = 75 // EX_TEMPFAIL of sysexits.h
	exitNotExecutable = 126
	exitNotFound      = 127
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(arguments []string, stdout, stderr io.Writer) int {
	err := dispatch(arguments, stdout, stderr)
	if code := exitCode(err); code != exitDone {
		fmt.Fprintf(stderr, "tuner: %v\n", err)
		return code
	}
	return exitDone
}

func exitCode(err error) int {
	var launching *launchError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.Is(err, cli.ErrUsage):
		return exitUsage
	case errors.Is(err, errAwaitsAgent):
		return exitAwaitsAgent
	case errors.As(err, &launching):
		return launching.code()
	}
	return exitFailed
}

func dispatch(arguments []string, stdout, stderr io.Writer) error {
	if len(arguments) == 0 {
		return cli.UsageError(errors.New("a command is needed: see tuner --help"))
	}
	command, rest := arguments[0], arguments[1:]
	output := report.Output{Line: stdout, File: report.TerminationLog}
	switch command {
	case "apply":
		return apply(rest, output, stderr, thisContainer())
	case "preload":
		return runPreload(rest, output, stderr, thisContainer())
	case "launch":
		return launch(rest, stdout, stderr)
	case "observe":
		return runObserve(rest, output)
	case "sysctls":
		return listSysctls(rest, stdout)
	case "version":
		return print(stdout, version.Version+"\n")
	case "help", "-h", "-help", "--help":
		return print(stdout, usage)
	}
	return cli.UsageError(fmt.Errorf("unknown command %q: see tuner --help", command))
}

func print(stdout io.Writer, text string) error {
	_, err := io.WriteString(stdout, text)
	return err
}
