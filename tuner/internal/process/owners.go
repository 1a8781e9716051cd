package process

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"wstuning.dev/tuner/internal/socket"
)

// Owners finds the processes that own any of the sockets.
//
// Who holds a descriptor is known exactly where /proc/PID/fd may be read (by root or the same user). For other
// processes the user decides: the one who made the listener, or accepted a connection (a worker that dropped
// privileges). A process of that user that was started from outside of the container, by an exec probe or
// kubectl exec, or that only waits for the server, is not taken for the server.
func (t Table) Owners(processes []Process, sockets []socket.Socket) []Process {
	inodes, users := map[string]bool{}, map[uint32]bool{}
	for _, s := range sockets {
		if s.Inode != 0 {
			inodes["socket:["+strconv.FormatUint(uint64(s.Inode), 10)+"]"] = true
			users[s.UID] = true
		}
	}
	var exact, likely []Process
	for _, p := range processes {
		links, readable := t.descriptors(p.PID, inodes)
		switch {
		case readable && links:
			exact = append(exact, p)
		case !readable && users[p.UID]:
			likely = append(likely, p)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return prefer(prefer(likely, insideContainer(processes)), t.canServe)
}

// descriptors reports whether the process holds one of the sockets, and whether that could be seen at all.
func (t Table) descriptors(pid int, inodes map[string]bool) (holds, readable bool) {
	directory := t.path(pid, "fd")
	entries, err := os.ReadDir(directory)
	if err != nil {
		return false, false
	}
	for _, entry := range entries {
		target, err := os.Readlink(filepath.Join(directory, entry.Name()))
		if err == nil && inodes[target] {
			return true, true
		}
	}
	return false, true
}

// prefer keeps those that fit, or all when none does.
func prefer(processes []Process, fits func(Process) bool) []Process {
	var fitting []Process
	for _, p := range processes {
		if fits(p) {
			fitting = append(fitting, p)
		}
	}
	if len(fitting) == 0 {
		return processes
	}
	return fitting
}

// insideContainer follows the parents: processes of the container descend from its PID 1.
func insideContainer(processes []Process) func(Process) bool {
	parents := map[int]int{}
	for _, p := range processes {
		parents[p.PID] = p.Parent
	}
	return func(p Process) bool {
		pid := p.PID
		for range len(parents) {
			if pid <= 1 {
				break
			}
			pid = parents[pid]
		}
		return pid == 1
	}
}

// wrappers start a server and wait for it.
var wrappers = map[string]bool{
	"tini": true, "tini-static": true, "dumb-init": true, "docker-init": true, "catatonit": true,
	"sh": true, "ash": true, "dash": true, "bash": true, "busybox": true,
}

// canServe goes by the program's name rather than by comm, which for a script is the name of the script.
func (t Table) canServe(p Process) bool {
	commandLine, err := os.ReadFile(t.path(p.PID, "cmdline"))
	if err != nil {
		return true
	}
	program, _, _ := strings.Cut(string(commandLine), "\x00")
	return !wrappers[filepath.Base(program)]
}
