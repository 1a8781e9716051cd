package main

import (
	"fmt"
	"syscall"
)

// otherFiles are those that the client itself has open: its output, the poller, and what Go keeps.
const otherFiles = 32

// enoughFiles reports before the first connection what would fail at the last. Go has raised the soft limit of open files to
// the hard one when a program starts, or to one less.
func enoughFiles(connections int) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	if needed := uint64(connections) + otherFiles; needed > limit.Cur {
		return fmt.Errorf("--connections=%d: the client needs %d open files and may have %d: give at most %d, or start "+
			"it with a higher hard limit (ulimit -Hn)", connections, needed, limit.Cur, limit.Cur-otherFiles)
	}
	return nil
}
