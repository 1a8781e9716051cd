// Package observe looks at a running server from another container of its pod: at its limits, its sysctls, its sockets.
// It only reads, apart from one connection to each port when probes are allowed.
package observe

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"wstuning.dev/tuner/internal/process"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/serving"
	"wstuning.dev/tuner/internal/socket"
	"wstuning.dev/tuner/internal/sysctl"
	"wstuning.dev/tuner/internal/version"
)

// MaxPorts bounds the ports of a report.
const MaxPorts = 8

// Request is what to look at.
type Request struct {
	Start    string        // echoed in the report
	Ports    []uint16      // wanted ports
	Declared []uint16      // ports that the server's container declares, which count if no port is wanted
	Keys     []sysctl.Key  // sysctls to read
	Probe    bool          // whether connections may be opened
	Alone    bool          // whether no other container of the pod can listen
	Wait     time.Duration // how long the server has until it listens
}

// Observer sees what its own network and PID namespaces hold, and leaves out itself.
type Observer struct {
	self      int
	processes process.Table
	diag      *socket.Diag
	blind     error // why sockets cannot be listed; nil if they can
	tree      *sysctl.Tree
	problems  problems
}

// New makes an observer that runs in the process self. Without diag, blind is the reason.
func New(self int, processes process.Table, diag *socket.Diag, blind error, tree *sysctl.Tree) *Observer {
	return &Observer{self: self, processes: processes, diag: diag, blind: blind, tree: tree}
}

// Observe fails only if it sees no process of the server. All other problems are in the report.
func (o *Observer) Observe(request Request) (report.Server, error) {
	server := report.Server{
		Format: report.Format, Kind: report.KindServer, Tuner: version.Version, Start: request.Start,
		Ports: []report.Port{},
	}
	var scene scene
	if o.blind == nil {
		scene = o.wait(request)
	} else {
		scene = o.look(listening{}, request)
	}
	server.Values, server.Unread = o.readValues(request.Keys)
	if request.Probe {
		server.Accepted = o.accepted()
	}
	if o.blind != nil {
		server.NoSockets = o.blind.Error()
		return o.finish(server, scene.evidence.WithoutSockets())
	}
	ports, leftOut := scene.chosen(request.named())
	server.PortsLeftOut = leftOut
	silent := !slices.ContainsFunc(ports, scene.listens)
	if silent || len(request.named()) == 0 {
		server.PortsUnclear = scene.claims.Unclear
	}
	if silent && len(scene.claims.Server) == 0 {
		o.problems.add(notListening(scene.claims, request.Wait))
	}
	probes, existing := map[uint16]*probes{}, map[uint16]*report.Keepalive{}
	for _, number := range ports {
		if !scene.listens(number) {
			continue
		}
		existing[number] = judge(o.again(scene.samples[number].looked), report.Existing)
		switch off := existing[number] != nil && !existing[number].Running; {
		case off:
		case request.probes(number):
			probes[number] = o.openProbes(scene.listening[number])
			defer probes[number].close()
		case request.Probe && existing[number] != nil:
			probes[number] = notNamed()
		}
	}
	for _, number := range ports {
		server.Ports = append(server.Ports, port(number, scene, existing[number], probes[number]))
	}
	return o.finish(server, o.servers(scene, ports, probes))
}

func notListening(claims serving.Claims, within time.Duration) error {
	if claims.Unclear > 0 {
		return errors.New("it is unclear whether the server listens: what listens may be another container")
	}
	return fmt.Errorf("the server did not listen within %s", within)
}

// servers looks a second time at descriptors if it takes a connection to see who accepts, and one is open now.
func (o *Observer) servers(scene scene, ports []uint16, probes map[uint16]*probes) serving.Servers {
	all, accepted := scene.ports(), false
	var served []serving.Port
	for _, number := range ports {
		if !scene.listens(number) {
			delete(all, number)
			continue
		}
		if opened := probes[number]; opened != nil && len(opened.ends) > 0 {
			all[number].Accepted = append(slices.Clone(all[number].Accepted), opened.ends...)
			accepted = true
		}
		served = append(served, *all[number])
	}
	servers := scene.evidence.Servers(served)
	if accepted && (servers.Idle || servers.Undecided == serving.NoConnections) {
		// Listed again: a process that was started since may be the one that accepted it.
		processes, err := o.processes.List(o.self)
		o.problems.add(err)
		servers = serving.Look(o.processes, processes, all).Servers(served)
	}
	return servers
}

func (o *Observer) finish(server report.Server, servers serving.Servers) (report.Server, error) {
	err := o.describe(&server, servers)
	server.Errors = o.problems
	return server, err
}

func port(number uint16, scene scene, existing *report.Keepalive, opened *probes) report.Port {
	port := report.Port{Port: number, Listening: scene.listens(number), Elsewhere: scene.others[number]}
	if !port.Listening {
		return port
	}
	connections, listeners := scene.samples[number], scene.listening[number]
	port.Connections, port.Remotes = connections.count, connections.remotes()
	port.Preload = !slices.ContainsFunc(listeners, func(l socket.Socket) bool { return !l.Marked })
	var probed *report.Keepalive
	if opened != nil {
		if probed = judge(opened.ends, report.Probe); probed == nil {
			port.Problem = opened.problem()
		}
	}
	port.Keepalive = worse(existing, probed)
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

// describe reports the lowest soft limit of the processes that serve, or may.
func (o *Observer) describe(server *report.Server, servers serving.Servers) error {
	var highest, total uint64
	for _, p := range servers.Processes {
		limits, err := rlimit.OfProcess(o.processes.LimitsFile(p.PID))
		if err != nil {
			o.problems.add(err)
			continue
		}
		if server.Processes == 0 || limits.Soft < server.Nofile.Soft {
			server.Nofile = limits
			server.Process = report.Process{PID: p.PID, Comm: p.Comm, UID: p.UID}
		}
		highest = max(highest, limits.Soft)
		total += min(limits.Soft, math.MaxInt64-total)
		server.Processes++
	}
	switch {
	case server.Processes == 0:
		return errors.New("no process of the server is visible: make the server's container the target of the observer's container")
	case server.Processes == 1:
		return nil
	case servers.Undecided != "":
		server.Doubt = &report.Doubt{Candidates: server.Processes, Highest: highest, Missing: string(servers.Undecided)}
		server.Processes = 1
	}
	server.SoftTotal = total
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
