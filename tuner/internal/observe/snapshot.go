package observe

import (
	"fmt"
	"slices"
	"time"

	"wstuning.dev/tuner/internal/process"
	"wstuning.dev/tuner/internal/socket"
)

// pollInterval is how often the sockets are listed while the server does not listen.
const pollInterval = 200 * time.Millisecond

// snapshot is what there is at one moment.
type snapshot struct {
	listeners []socket.Socket // all of the pod
	ours      []socket.Socket // those of the server's container that can be reached from outside of the pod
	processes []process.Process
}

// waitForServer returns the snapshot in which the wanted ports listen, or any of the server when none is wanted,
// or the snapshot at the end of the wait.
func (o *Observer) waitForServer(request Request) snapshot {
	deadline := time.Now().Add(request.Wait)
	for {
		snapshot, err := o.takeSnapshot()
		if err != nil || snapshot.complete(request.Ports) {
			o.problems.add(err)
			return snapshot
		}
		if time.Now().After(deadline) {
			if len(snapshot.ours) == 0 {
				o.problems.add(fmt.Errorf("the server did not listen within %s", request.Wait))
			}
			return snapshot
		}
		time.Sleep(pollInterval)
	}
}

func (o *Observer) takeSnapshot() (snapshot, error) {
	var s snapshot
	err := o.diag.Each(socket.Listen, func(listener socket.Socket) { s.listeners = append(s.listeners, listener) })
	if err != nil {
		return s, err
	}
	s.processes, err = o.processes.List(o.self)
	for _, listener := range s.listeners {
		outside := !listener.Local.Addr().IsLoopback()
		if outside && len(o.processes.Owners(s.processes, []socket.Socket{listener})) > 0 {
			s.ours = append(s.ours, listener)
		}
	}
	return s, err
}

func (s snapshot) complete(wanted []uint16) bool {
	if len(wanted) == 0 {
		return len(s.ours) > 0
	}
	for _, port := range wanted {
		if len(s.listenersOf(port)) == 0 {
			return false
		}
	}
	return true
}

// ports are the wanted ones. When those do not all listen, the ones that the server does listen on come after them,
// because they show what should have been wanted.
func (s snapshot) ports(wanted []uint16) []uint16 {
	ports := slices.Clone(wanted)
	if len(wanted) > 0 && s.complete(wanted) {
		return ports
	}
	var others []uint16
	for _, listener := range s.ours {
		others = append(others, listener.Local.Port())
	}
	slices.Sort(others)
	for _, port := range slices.Compact(others) {
		if !slices.Contains(wanted, port) && len(ports) < MaxPorts {
			ports = append(ports, port)
		}
	}
	return ports
}

func (s snapshot) listenersOf(port uint16) []socket.Socket {
	var listeners []socket.Socket
	for _, listener := range s.listeners {
		if listener.Local.Port() == port {
			listeners = append(listeners, listener)
		}
	}
	return listeners
}

func wanted(ports []uint16, port uint16) bool {
	return len(ports) == 0 || slices.Contains(ports, port)
}
