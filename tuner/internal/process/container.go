package process

import (
	"os"
	"path/filepath"
	"strings"
)

// Family answers questions about parents and children among processes.
type Family struct{ parents map[int]int }

// FamilyOf takes the processes of one PID namespace.
func FamilyOf(processes []Process) Family {
	parents := make(map[int]int, len(processes))
	for _, p := range processes {
		parents[p.PID] = p.Parent
	}
	return Family{parents}
}

// Descends reports whether the first process is a child of the second one, or a child's child.
func (f Family) Descends(pid, ancestor int) bool {
	for range len(f.parents) {
		pid = f.parents[pid]
		if pid == ancestor {
			return true
		}
		if pid <= 1 {
			break
		}
	}
	return false
}

// InContainer reports whether the process belongs to the container's first one, and was not started from outside, by an
// exec probe or by kubectl exec.
func (f Family) InContainer(pid int) bool { return pid == 1 || f.Descends(pid, 1) }

// wrappers start a server and wait for it.
var wrappers = map[string]bool{
	"tini": true, "tini-static": true, "dumb-init": true, "docker-init": true, "catatonit": true,
	"sh": true, "ash": true, "dash": true, "bash": true, "busybox": true,
}

// Wraps reports whether the process only starts a server. It goes by the program's name rather than by comm, which for a
// script is the name of the script.
func (t Table) Wraps(pid int) bool {
	commandLine, err := os.ReadFile(t.path(pid, "cmdline"))
	if err != nil {
		return false
	}
	program, _, _ := strings.Cut(string(commandLine), "\x00")
	return wrappers[filepath.Base(program)]
}
