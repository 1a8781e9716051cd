package serving

import (
	"slices"

	"wstuning.dev/tuner/internal/process"
)

// Reason is why it is not known which processes accept connections.
type Reason string

// What is missing: the right to read descriptors, a connection that shows who accepts, or the list of sockets.
const (
	NoDescriptors Reason = "Descriptors"
	NoConnections Reason = "Connections"
	NoSockets     Reason = "Sockets"
)

// Servers are the processes that accept connections.
type Servers struct {
	Processes []process.Process
	// Undecided is why Processes are only candidates; empty if all of them are known to serve.
	Undecided Reason
	// Idle means that some have listeners, and that no process has a connection that came to these. It may be that they
	// have not started the processes yet that will accept them.
	Idle bool
}

// Servers concludes which processes serve any of the ports. Without a listener that is the container's first process, which
// stands for the server.
func (e Evidence) Servers(ports []Port) (all Servers) {
	for _, port := range ports {
		servers := e.serversOf(port)
		for _, p := range servers.Processes {
			if !slices.Contains(all.Processes, p) {
				all.Processes = append(all.Processes, p)
			}
		}
		if servers.Undecided != "" {
			all.Undecided = servers.Undecided
		}
		all.Idle = all.Idle || servers.Idle
	}
	if len(all.Processes) == 0 {
		return Servers{Processes: e.first()}
	}
	return all
}

// WithoutSockets is for a pod whose sockets cannot be listed.
func (e Evidence) WithoutSockets() Servers {
	inside := slices.DeleteFunc(slices.Clone(e.processes), func(p process.Process) bool { return !e.family.InContainer(p.PID) })
	return candidates(e.withoutWrappers(inside), NoSockets)
}

func (e Evidence) first() []process.Process {
	return slices.DeleteFunc(slices.Clone(e.processes), func(p process.Process) bool { return p.PID != 1 })
}

func (e Evidence) serversOf(port Port) Servers {
	accepting := e.holders(port.Accepted)
	listening := e.holders(port.Listeners)
	if len(accepting)+len(listening) > 0 {
		return e.byDescriptors(port, accepting, listening)
	}
	likely := e.hiddenOf(port.Accepted)
	if len(likely) == 0 {
		likely = e.withDescendants(e.hiddenOf(port.Listeners))
	}
	if len(likely) == 0 { // all of them changed their user since
		likely = e.hidden()
	}
	return candidates(e.withoutWrappers(likely), NoDescriptors)
}

func candidates(processes []process.Process, why Reason) Servers {
	if len(processes) > 1 {
		return Servers{Processes: processes, Undecided: why}
	}
	return Servers{Processes: processes}
}

// byDescriptors distinguishes processes that accept from those that only keep a listener: the master of workers, a
// supervisor that opens sockets for others, or a helper that inherited one. A process that has accepted a connection serves.
// One that only holds the listener serves, too, as an idle worker does, unless a process above or below it has accepted
// one. If several of one line hold the same listener and none has accepted a connection, any of them may serve.
func (e Evidence) byDescriptors(port Port, accepting, listening []process.Process) Servers {
	idle := slices.DeleteFunc(listening, func(p process.Process) bool {
		return slices.ContainsFunc(accepting, func(a process.Process) bool { return a == p || e.related(a, p) })
	})
	servers := Servers{Processes: append(accepting, idle...), Idle: len(accepting) == 0}
	for i, a := range idle {
		for _, b := range idle[i+1:] {
			if e.related(a, b) && e.share(port, a, b) {
				servers.Undecided = NoConnections
			}
		}
	}
	return servers
}

func (e Evidence) related(a, b process.Process) bool {
	return e.family.Descends(a.PID, b.PID) || e.family.Descends(b.PID, a.PID)
}

// withDescendants adds those that may have inherited a socket from these.
func (e Evidence) withDescendants(processes []process.Process) []process.Process {
	return slices.DeleteFunc(e.hidden(), func(p process.Process) bool {
		return !slices.ContainsFunc(processes, func(a process.Process) bool { return a == p || e.family.Descends(p.PID, a.PID) })
	})
}

// share reports whether both processes hold the same listener.
func (e Evidence) share(port Port, a, b process.Process) bool {
	for _, listener := range port.Listeners {
		if e.held[a.PID][listener.Inode] && e.held[b.PID][listener.Inode] {
			return true
		}
	}
	return false
}

// withoutWrappers keeps all if there is nothing else.
func (e Evidence) withoutWrappers(processes []process.Process) []process.Process {
	rest := slices.DeleteFunc(slices.Clone(processes), func(p process.Process) bool { return e.table.Wraps(p.PID) })
	if len(rest) == 0 {
		return processes
	}
	return rest
}
