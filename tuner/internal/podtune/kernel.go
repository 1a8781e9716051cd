// Package podtune keeps what the node's agent does for each pod: which plan a pod got, what was set when its containers were
// created, and what is counted of its connections.
package podtune

import (
	"time"

	"wstuning.dev/tuner/internal/sockopt"
)

// Kernel acts on the connections of pods, and counts them.
type Kernel interface {
	// Attach has accepted connections of the pod get the options, and counts them. Without wanted options it counts only, and
	// leaves alone what an init container attached. cgroup is the absolute path of the pod's cgroup, in a mounted hierarchy of
	// cgroup v2. To attach again, also by another agent, neither loses nor doubles what was counted. It must answer within a
	// second, because the container runtime waits.
	Attach(cgroup string, options sockopt.Options, sysctls Sysctls) (Pod, error)
	// Possible is why the kernel of this node cannot give connections options, and why it cannot count them; nil if it can.
	Possible() (programs, counts error)
}

// Sysctls are the keepalive values of the pod's network namespace, which the sockets have that set none themselves.
type Sysctls struct{ Time, Interval, Probes int32 }

// Pod is what is attached to the cgroup of one pod.
type Pod interface {
	// Read returns what was counted, and the options of the open connections in groups of equal values, in any order.
	Read() (Counts, []Group, error)
	// Close ends the use of it by this agent. What acts on the pod stays.
	Close() error
}

// Counts are about the connections that the servers of a pod accepted. All but Open only grow.
type Counts struct {
	Open, EndedByPeer, EndedByServer, Reset, FoundDead uint64
	Since                                              time.Time
}

// Group is a number of open connections of one port with equal options.
type Group struct {
	Port                   uint16
	Count                  int
	Keepalive              bool
	Time, Interval, Probes uint32 // of keepalive; seconds, and a number
	UserTimeoutMillis      uint32
}
