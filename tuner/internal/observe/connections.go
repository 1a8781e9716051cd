package observe

import (
	"net/netip"

	"wstuning.dev/tuner/internal/socket"
)

// sampleSize bounds the connections of a port that are looked at; all are counted.
const sampleSize = 1000

type sample struct {
	count  int
	looked []socket.Socket
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
func (o *Observer) sampleConnections(ports []uint16) map[uint16]*sample {
	samples := make(map[uint16]*sample, len(ports))
	for _, port := range ports {
		samples[port] = &sample{}
	}
	o.problems.add(o.diag.Each(socket.Established, func(connection socket.Socket) {
		sample := samples[connection.Local.Port()]
		if sample == nil || connection.Inode == 0 {
			return
		}
		sample.count++
		if len(sample.looked) < sampleSize {
			sample.looked = append(sample.looked, connection)
		}
	}))
	return samples
}
