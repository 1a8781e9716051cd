// Package process reads what /proc shows to everybody about the processes of this PID namespace.
package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// Root is the proc file system of the container.
const Root = "/proc"

// Process is one process of the namespace.
type Process struct {
	PID    int
	Parent int // 0 when it was started from outside of the namespace
	UID    uint32
	Comm   string // printable ASCII, at most 15 bytes
}

// Table reads processes below a directory, which is Root except in tests.
type Table struct{ root string }

// NewTable makes a table over that proc file system.
func NewTable(root string) Table { return Table{root} }

// List returns all processes but the one with the given id. Those that end meanwhile are left out, and those that ended
// and whose parent did not ask how: they have no descriptors, and still a user and limits.
func (t Table) List(except int) ([]Process, error) {
	entries, err := os.ReadDir(t.root)
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var processes []Process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == except {
			continue
		}
		if process, err := t.read(pid); err == nil {
			processes = append(processes, process)
		}
	}
	return processes, nil
}

// LimitsFile is the path of the file with the process's resource limits.
func (t Table) LimitsFile(pid int) string { return t.path(pid, "limits") }

func (t Table) path(pid int, name string) string {
	return filepath.Join(t.root, strconv.Itoa(pid), name)
}

func (t Table) read(pid int) (Process, error) {
	status, err := os.ReadFile(t.path(pid, "status"))
	if err != nil {
		return Process{}, err
	}
	process := Process{PID: pid}
	uidFound, ended, threads := false, false, 1
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		fields := strings.Fields(value)
		switch {
		case name == "Name":
			process.Comm = printable(strings.TrimPrefix(value, "\t"))
		case name == "State" && len(fields) > 0:
			ended = fields[0] == "Z" || fields[0] == "X"
		case name == "Threads" && len(fields) == 1: // of a process whose first thread ended, others may run
			threads, err = strconv.Atoi(fields[0])
		case name == "PPid" && len(fields) == 1:
			process.Parent, err = strconv.Atoi(fields[0])
		case name == "Uid" && len(fields) == 4: // real, effective, saved, file system
			var uid uint64
			uid, err = strconv.ParseUint(fields[1], 10, 32)
			process.UID, uidFound = uint32(uid), true
		}
		if err != nil {
			return Process{}, err
		}
	}
	if !uidFound {
		return Process{}, errors.New("no user in status")
	}
	if ended && threads <= 1 {
		return Process{}, fs.ErrNotExist
	}
	return process, nil
}

func printable(name string) string {
	cleaned := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, name)
	return cleaned[:min(len(cleaned), 15)]
}
