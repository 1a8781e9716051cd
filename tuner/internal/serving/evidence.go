// Package serving concludes which sockets of the pod are the server's, and which of the server's processes accept
// connections. Descriptors decide. If they cannot be read, the user who made the listener or accepted the connection decides;
// what that leaves open is reported, not guessed.
package serving

import (
	"slices"

	"wstuning.dev/tuner/internal/process"
	"wstuning.dev/tuner/internal/socket"
)

// Port is what the pod has on one TCP port.
type Port struct {
	Listeners []socket.Socket
	Accepted  []socket.Socket // established connections, or some of them
}

// Evidence is what there is to conclude from, as it was at one moment.
type Evidence struct {
	table     process.Table
	processes []process.Process
	family    process.Family
	held      map[int]map[uint32]bool // by process; without those whose descriptors cannot be read
}

// Look reads the descriptors of each process once.
func Look(table process.Table, processes []process.Process, ports map[uint16]*Port) Evidence {
	wanted := map[uint32]bool{}
	for _, port := range ports {
		for _, s := range slices.Concat(port.Listeners, port.Accepted) {
			if s.Inode != 0 {
				wanted[s.Inode] = true
			}
		}
	}
	e := Evidence{table, processes, process.FamilyOf(processes), map[int]map[uint32]bool{}}
	for _, p := range processes {
		if held, readable := table.Holds(p.PID, wanted); readable {
			e.held[p.PID] = held
		}
	}
	return e
}

// holders are the processes that hold any of these sockets.
func (e Evidence) holders(sockets []socket.Socket) []process.Process {
	var holders []process.Process
	for _, p := range e.processes {
		held := e.held[p.PID]
		if slices.ContainsFunc(sockets, func(s socket.Socket) bool { return held[s.Inode] }) {
			holders = append(holders, p)
		}
	}
	return holders
}

// hidden are the processes of the container whose descriptors cannot be read.
func (e Evidence) hidden() []process.Process {
	var hidden []process.Process
	for _, p := range e.processes {
		if _, readable := e.held[p.PID]; !readable && e.family.InContainer(p.PID) {
			hidden = append(hidden, p)
		}
	}
	return hidden
}

// hiddenOf are those of them that run as one of the users who own the sockets. A socket without an inode waits to be
// accepted, so its owner is not known yet.
func (e Evidence) hiddenOf(sockets []socket.Socket) []process.Process {
	users := map[uint32]bool{}
	for _, s := range sockets {
		if s.Inode != 0 {
			users[s.UID] = true
		}
	}
	return slices.DeleteFunc(e.hidden(), func(p process.Process) bool { return !users[p.UID] })
}
