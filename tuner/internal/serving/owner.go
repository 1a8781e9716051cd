package serving

import (
	"slices"

	"wstuning.dev/tuner/internal/socket"
)

// Owner is whose a listener is.
type Owner int

// Only Server and Others are certain. ByUser is the server's unless another container has the same user. Unclear is of a
// user that no process of the server runs as: of another container, or of a server that changed its user since.
const (
	Unclear Owner = iota
	Others
	ByUser
	Server
)

// Owner concludes whose the listeners of a port are.
func (e Evidence) Owner(port Port) Owner {
	switch {
	case len(e.holders(port.Listeners)) > 0:
		return Server
	case len(e.hidden()) == 0:
		return Others
	case len(e.hiddenOf(port.Listeners)) > 0, len(e.hiddenOf(port.Accepted)) > 0:
		return ByUser
	}
	return Unclear
}

// Claims are the ports that belong to the server, and the number of those of which that is unclear.
type Claims struct {
	Server  []uint16
	Unclear int
}

// Claim goes through the ports. Those that are known to be the server's by other means than the evidence are given
// first: they show its cgroup.
//
// Listeners of different containers are in different cgroups, if the container runtime uses cgroup v2. That distinguishes
// containers of one user if descriptors do not. Without any port that is known to be the server's, the user only decides if it
// is alone in the pod: else another container may have the same one, and be the only one that listens yet.
func (e Evidence) Claim(ports map[uint16]*Port, known []uint16, alone bool) (claims Claims) {
	var byUser, unclear []uint16
	anchors := map[uint64]bool{}
	for number, port := range ports {
		owner := e.Owner(*port)
		if owner == Server || slices.Contains(known, number) && owner != Others {
			anchor(anchors, port.Listeners)
		}
		switch owner {
		case Server:
			claims.Server = append(claims.Server, number)
		case ByUser:
			byUser = append(byUser, number)
		case Unclear:
			unclear = append(unclear, number)
		}
	}
	if len(anchors) == 0 { // if all are in one cgroup, they distinguish nothing
		for _, number := range byUser {
			anchor(anchors, ports[number].Listeners)
		}
		if len(anchors) > 1 || !alone && len(anchors) > 0 {
			return Claims{Unclear: len(byUser) + len(unclear)}
		}
	}
	for _, number := range byUser {
		if inside(anchors, ports[number].Listeners) {
			claims.Server = append(claims.Server, number)
		}
	}
	slices.Sort(claims.Server)
	if len(claims.Server) == 0 {
		claims.Unclear = len(unclear)
	}
	return claims
}

func anchor(anchors map[uint64]bool, listeners []socket.Socket) {
	for _, listener := range listeners {
		anchors[listener.Cgroup] = true
	}
}

func inside(anchors map[uint64]bool, listeners []socket.Socket) bool {
	return slices.ContainsFunc(listeners, func(l socket.Socket) bool { return anchors[l.Cgroup] })
}
