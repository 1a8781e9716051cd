package observe

import (
	"net/netip"

	"wstuning.dev/tuner/internal/socket"
)

const (
	// sampleSize bounds the connections of a port that are looked at; all are counted.
	sampleSize = 1000
	// allSamples bounds those of all ports.
	allSamples = 16_000
	// evidenceSize bounds those whose owners are looked for.
	evidenceSize = 256
)

type sample struct {
	count  int
	looked []socket.Socket
}

// evidence is taken from all over the sample, because one worker may have the first of them.
func (s *sample) evidence() []socket.Socket {
	if len(s.looked) <= evidenceSize {
		return s.looked
	}
	spread := make([]socket.Socket, 0, evidenceSize)
	for i := range evidenceSize {
		spread = append(spread, s.looked[i*len(s.looked)/evidenceSize])
	}
	return spread
}

// remotes counts the addresses at the other end. A load balancer or proxy in between shows as very few.
func (s *sample) remotes() int {
	distinct := map[netip.Addr]bool{}
	for _, connection := range s.looked {
		distinct[connection.Remote.Addr()] = true
	}
	return len(distinct)
}

// sampleConnections goes once through the established connections of the pod. A listening port is never the local port
// of an outgoing connection, and a connection without an inode waits to be accepted.
func (o *Observer) sampleConnections(ports listening) map[uint16]*sample {
	samples := make(map[uint16]*sample, len(ports))
	for number := range ports {
		samples[number] = &sample{}
	}
	if len(ports) == 0 {
		return samples
	}
	all := 0
	o.problems.add(o.diag.Each(socket.Established, func(connection socket.Socket) {
		sample := samples[connection.Local.Port()]
		if sample == nil || connection.Inode == 0 {
			return
		}
		sample.count++
		if len(sample.looked) < sampleSize && all < allSamples {
			sample.looked = append(sample.looked, connection)
			all++
		}
	}))
	return samples
}
