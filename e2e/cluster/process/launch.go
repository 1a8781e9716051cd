// Package process starts the node's programs and knows them again.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"wstuning.dev/e2e/cluster/cgroup"
)

// LaunchCommand is the word by which the cluster program calls itself to become one of the node's programs.
const LaunchCommand = "launch"

// Program is one of the node's long-running programs.
type Program struct {
	Name string
	Path string
	Args []string
	// Env is its whole environment.
	Env []string
	// Log is the file that its output goes to.
	Log string
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
	command := exec.Command(self, append([]string{LaunchCommand, p.Path}, p.Args...)...)
	command.Env = p.Env
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return Identity{}, fmt.Errorf("start %s: %w", p.Name, err)
	}
	// Nobody else collects its exit status while this program runs.
	go command.Wait()
	return Identify(command.Process.Pid)
}

// Launch is the other side of Start: it joins the node's control group before anything of the program runs, so that
// neither the program nor a child of it can ever be lost, and then becomes the program.
func Launch(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s is for internal use: PROGRAM [ARGUMENT...]", LaunchCommand)
	}
	if err := cgroup.Join(); err != nil {
		return err
	}
	if err := syscall.Exec(args[0], args, os.Environ()); err != nil {
		return fmt.Errorf("become %s: %w", args[0], err)
	}
	return nil
}
