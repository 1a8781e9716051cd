// Package observe looks at a running server from another container of its pod: at its limits, its sysctls, its sockets.
// It only reads, apart from one connection to each port when probes are allowed.
package observe

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"wstuning.dev/tuner/internal/process"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/socket"
	"wstuning.dev/tuner/internal/sysctl"
	"wstuning.dev/tuner/internal/version"
)

// MaxPorts bounds the ports of a report.
const MaxPorts = 8

// Request is what to look at.
type Request struct {
	Start string        // echoed in the report
	Ports []uint16      // wanted ports; none means those that the server listens on
	Keys  []sysctl.Key  // sysctls to read
	Probe bool          // whether connections may be opened
	Wait  time.Duration // how long the server has until it listens
}

// Observer sees what its own network and PID namespaces hold, and leaves out itself.
type Observer struct {
	self      int
	processes process.Table
	diag      *socket.Diag
	tree      *sysctl.Tree
	problems  problems
}

// New makes an observer that runs in the process self.
func New(self int, processes process.Table, diag *socket.Diag, tree *sysctl.Tree) *Observer {
	return &Observer{self: self, processes: processes, diag: diag, tree: tree}
}

// Observe fails only if it sees no process of the server. All other problems are in the report.
func (o *Observer) Observe(request Request) (report.Server, error) {
	snapshot := o.waitForServer(request)
	ports := snapshot.ports(request.Ports)
	connections := o.sampleConnections(ports)

	server := report.Server{
		Format: report.Format, Kind: report.KindServer, Tuner: version.Version, Start: request.Start,
		Ports: []report.Port{},
	}
	server.Values, server.Unread = o.readValues(request.Keys)
	if err := o.describeProcess(&server, o.owners(snapshot, ports, connections)); err != nil {
		return server, err
	}
	if request.Probe {
		server.Accepted = o.accepted()
	}
	for _, number := range ports {
		probe := request.Probe && wanted(request.Ports, number)
		server.Ports = append(server.Ports, o.port(number, snapshot.listenersOf(number), connections[number], probe))
	}
	server.Errors = o.problems
	return server, nil
}

func (o *Observer) port(number uint16, listeners []socket.Socket, connections *sample, probe bool) report.Port {
	port := report.Port{
		Port:        number,
		Listening:   len(listeners) > 0,
		Connections: connections.count,
		Remotes:     connections.remotes(),
	}
	if port.Listening {
		port.Preload = !slices.ContainsFunc(listeners, func(l socket.Socket) bool { return !l.Marked })
		var err error
		if port.Keepalive, err = o.keepalive(listeners, connections.looked, probe); err != nil {
			port.Problem = err.Error()
		}
	}
	return port
}

// readValues leaves a key null that this kernel does not have, or that is among the unread.
func (o *Observer) readValues(keys []sysctl.Key) (values []*string, unread []int) {
	values = make([]*string, len(keys))
	for i, key := range keys {
		value, err := o.tree.Read(key)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			unread = append(unread, i)
			continue
		}
		values[i] = &value
	}
	return values, unread
}

// owners takes the connections into account because workers that dropped their privileges own only those. Without any
// owner PID 1 stands for the server.
func (o *Observer) owners(snapshot snapshot, ports []uint16, connections map[uint16]*sample) []process.Process {
	var sockets []socket.Socket
	for _, port := range ports {
		sockets = append(sockets, snapshot.listenersOf(port)...)
		sockets = append(sockets, connections[port].looked...)
	}
	if owners := o.processes.Owners(snapshot.processes, sockets); len(owners) > 0 {
		return owners
	}
	for _, p := range snapshot.processes {
		if p.PID == 1 {
			return []process.Process{p}
		}
	}
	return nil
}

// describeProcess reports the process with the lowest soft limit.
func (o *Observer) describeProcess(server *report.Server, processes []process.Process) error {
	for _, p := range processes {
		limits, err := rlimit.OfProcess(o.processes.LimitsFile(p.PID))
		if err != nil {
			o.problems.add(err)
			continue
		}
		if server.Processes == 0 || limits.Soft < server.Nofile.Soft {
			server.Nofile = limits
			server.Process = report.Process{PID: p.PID, Comm: p.Comm, UID: p.UID}
		}
		server.Processes++
	}
	if server.Processes == 0 {
		return errors.New("no process of the server is visible: make the server's container the target of the observer's container")
	}
	return nil
}

// problems collects error texts up to the report's limit.
type problems []string

func (p *problems) add(err error) {
	const most = 8
	if err != nil && len(*p) < most {
		*p = append(*p, err.Error())
	}
}
