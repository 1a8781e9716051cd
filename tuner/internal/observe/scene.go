package observe

import (
	"slices"

	"wstuning.dev/tuner/internal/serving"
	"wstuning.dev/tuner/internal/socket"
)

// listening are the listeners of the pod, by port.
type listening map[uint16][]socket.Socket

// listListeners leaves out ports that can only be reached from within the pod, except for the named ones.
func (o *Observer) listListeners(named []uint16) (listening, error) {
	found := listening{}
	err := o.diag.Each(socket.Listen, func(s socket.Socket) {
		found[s.Local.Port()] = append(found[s.Local.Port()], s)
	})
	return found.fromOutside(named), err
}

// fromOutside keeps ports that can be reached from outside of the pod, and the named ones.
func (l listening) fromOutside(named []uint16) listening {
	reachable := listening{}
	for number, listeners := range l {
		outside := slices.ContainsFunc(listeners, func(s socket.Socket) bool { return !s.Local.Addr().IsLoopback() })
		if outside || slices.Contains(named, number) {
			reachable[number] = listeners
		}
	}
	return reachable
}

func (l listening) all(ports []uint16) bool {
	return !slices.ContainsFunc(ports, func(number uint16) bool { return len(l[number]) == 0 })
}

func (l listening) any(ports []uint16) bool {
	return slices.ContainsFunc(ports, func(number uint16) bool { return len(l[number]) > 0 })
}

// scene is what there is at one moment, and what follows from it.
type scene struct {
	listening listening
	samples   map[uint16]*sample
	evidence  serving.Evidence
	claims    serving.Claims
	others    map[uint16]bool // named ports that are known to be another container's
}

// look lists connections and processes, and reads the descriptors of each process once.
func (o *Observer) look(found listening, request Request) scene {
	named := request.named()
	s := scene{listening: found, others: map[uint16]bool{}}
	s.samples = o.sampleConnections(found)
	processes, err := o.processes.List(o.self)
	o.problems.add(err)
	ports := s.ports()
	s.evidence = serving.Look(o.processes, processes, ports)
	s.claims = s.evidence.Claim(ports, named, request.Alone)
	for _, number := range named {
		if port := ports[number]; port != nil {
			s.others[number] = s.evidence.Owner(*port) == serving.Others
		}
	}
	return s
}

// ports are what the evidence is about.
func (s scene) ports() map[uint16]*serving.Port {
	ports := make(map[uint16]*serving.Port, len(s.listening))
	for number, listeners := range s.listening {
		ports[number] = &serving.Port{Listeners: listeners, Accepted: s.samples[number].evidence()}
	}
	return ports
}

// listens reports whether the server does.
func (s scene) listens(number uint16) bool { return len(s.listening[number]) > 0 && !s.others[number] }

// chosen are the named ports. If those do not all listen, or if none is named, the server's own follow. The second value
// is the number of those that are too many.
func (s scene) chosen(named []uint16) (ports []uint16, leftOut int) {
	ports = slices.Clone(named)
	if len(named) > 0 && !slices.ContainsFunc(named, func(number uint16) bool { return !s.listens(number) }) {
		return ports, 0
	}
	for _, number := range s.claims.Server {
		switch {
		case slices.Contains(named, number):
		case len(ports) < MaxPorts:
			ports = append(ports, number)
		default:
			leftOut++
		}
	}
	return ports, leftOut
}
