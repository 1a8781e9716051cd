// Package process starts the node's programs and knows them again.
package process

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"wstuning.dev/e2e/cluster/cgroup"
)

// LaunchCommand is the word by which the cluster program calls itself to become one of the node's programs.
const LaunchCommand = "launch"

// Program is one of the node's programs.
type Program struct {
	Name string
	Path string
	Args []string
	// Env is its whole environment.
	Env []string
	// Log is the file that its output goes to.
	Log string
	// Group is the control group that it runs in, cgroup.Node if there is none.
	Group string
}

// Start starts a program in a session of its own, so that it outlives this one and no terminal's signal reaches it.
func Start(p Program) (Identity, error) {
	self, err := os.Executable()
	if err != nil {
		return Identity{}, fmt.Errorf("find this program: %w", err)
	}
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return Identity{}, fmt.Errorf("open the log of %s: %w", p.Name, err)
	}
	defer log.Close()
	command := p.command(context.Background(), self)
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return Identity{}, fmt.Errorf("start %s: %w", p.Name, err)
	}
	// No one else collects its exit status while this program runs.
	go command.Wait()
	return Identify(command.Process.Pid)
}

// Run runs a program to its end, in its control group as well, so that what it leaves when it is killed can be found. Its
// output is in the error if it fails.
func Run(ctx context.Context, p Program) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	command := p.command(ctx, self)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // so that it cleans up
	command.WaitDelay = 10 * time.Second
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", p.Name, err, lastLines(string(output), 5))
	}
	return nil
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}

func (p Program) command(ctx context.Context, self string) *exec.Cmd {
	args := append([]string{LaunchCommand, cmp.Or(p.Group, cgroup.Node), p.Path}, p.Args...)
	command := exec.CommandContext(ctx, self, args...)
	command.Env = p.Env
	return command
}

// Launch is the other side of Start: it joins the node's control group before anything of the program runs, so that
// neither the program nor a child of it can ever be lost, and then becomes the program.
func Launch(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("%s is for internal use: GROUP PROGRAM [ARGUMENT...]", LaunchCommand)
	}
	if err := cgroup.Join(args[0]); err != nil {
		return err
	}
	if err := syscall.Exec(args[1], args[1:], os.Environ()); err != nil {
		return fmt.Errorf("become %s: %w", args[1], err)
	}
	return nil
}
