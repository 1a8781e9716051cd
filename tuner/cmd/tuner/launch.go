package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"syscall"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/volume"
)

const launchHelp = `tuner launch [--minimum=NUMBER] [--maximum=NUMBER] -- COMMAND [ARGUMENT...]

Adjusts the open files limit of this process and replaces itself with the command. The process id, the environment, the working
directory and the descriptors stay. A soft limit below the minimum is raised to it, as far as the hard limit allows. The
hard limit is raised as well if the process may do that (CAP_SYS_RESOURCE). Both are lowered to the maximum.

The command is found as a container runtime finds it: in PATH if it has no slash. It starts even if the limit could not be
set. If it cannot be started, the exit code is 127 if it was not found, otherwise 126.
`

// launcherName is what a copy of this program is called where a server finds it.
const launcherName = "tuner"

// errNoLauncher marks a failure after which the server cannot start, even with --on-error=start.
var errNoLauncher = errors.New("the server cannot start without its launcher")

// installLauncher puts a copy of this program into the folder.
func installLauncher(folder string) error {
	program, err := os.Open("/proc/self/exe")
	if err == nil {
		defer program.Close()
		err = volume.Place(folder, launcherName, program)
	}
	if err != nil {
		return fmt.Errorf("install the launcher: %w: %w", err, errNoLauncher)
	}
	return nil
}

// launch returns only when it fails.
func launch(arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("tuner launch", flag.ContinueOnError)
	minimum := flags.String("minimum", "", "raise the soft limit of open files to this `NUMBER`")
	maximum := flags.String("maximum", "", "lower both limits of open files to this `NUMBER`")
	if err := cli.Parse(flags, launchHelp, arguments, stdout); err != nil {
		return err
	}
	bounds, err := rlimit.ParseBounds(*minimum, *maximum, "minimum", "maximum")
	if err != nil {
		return cli.UsageError(err)
	}
	command := flags.Args()
	if len(command) == 0 {
		return cli.UsageError(errors.New("a command to start is needed, such as tuner launch --minimum=65536 -- python3 server.py"))
	}
	if err := bounds.Adjust(); err != nil {
		fmt.Fprintf(stderr, "tuner: %v; %s starts anyway\n", err, command[0])
	}
	return become(command)
}

func become(command []string) error {
	program, err := exec.LookPath(command[0])
	if err != nil && !errors.Is(err, exec.ErrDot) { // PATH may name folders relative to the working directory
		return &launchError{err}
	}
	err = syscall.Exec(program, command, os.Environ())
	if errors.Is(err, fs.ErrNotExist) { // the file is there
		err = errors.New("the interpreter in its first line, or the loader that it is linked with, does not exist")
	}
	return &launchError{fmt.Errorf("execute %s: %w", program, err)}
}

// launchError is why a command cannot be started.
type launchError struct{ cause error }

func (e *launchError) Error() string { return fmt.Sprintf("start the server: %v", e.cause) }

// code is what shells and container runtimes give.
func (e *launchError) code() int {
	if errors.Is(e.cause, exec.ErrNotFound) || errors.Is(e.cause, fs.ErrNotExist) {
		return exitNotFound
	}
	return exitNotExecutable
}
