package kerneltest

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

// lower starts a program with fewer files than the pod has, as supervisors often have.
const lower = "prlimit --nofile=500:500 "

// found is what a report says of the processes that accept connections.
type found struct {
	soft      uint64
	processes int
	total     uint64
	doubt     report.Doubt
}

func foundIn(server report.Server) found {
	f := found{soft: server.Nofile.Soft, processes: server.Processes, total: server.SoftTotal}
	if server.Doubt != nil {
		f.doubt = *server.Doubt
	}
	return f
}

func undecided(candidates int, lowest, highest uint64, missing string) found {
	return found{lowest, 1, total(candidates, lowest, highest), report.Doubt{Candidates: candidates, Highest: highest, Missing: missing}}
}

// total is the sum of the candidates' limits: one has the lowest, the others have the highest.
func total(candidates int, lowest, highest uint64) uint64 {
	return lowest + uint64(candidates-1)*highest
}

// Each layout is observed with the right to read descriptors and without it; before anybody connects, then by a probe,
// then with clients. All programs have 2999 files, unless they are given fewer.
func TestWhichProcessServes(t *testing.T) {
	background := func(script string) string { return script + " > /dev/null & sleep 0.5; " }
	for name, test := range map[string]struct {
		script            string
		exact, exactProbe found
		byUser            found
	}{
		"one process": {
			listen(":8080"),
			found{soft: 2999, processes: 1}, found{soft: 2999, processes: 1},
			found{soft: 2999, processes: 1},
		},
		"a supervisor and a server with more": {
			background("$as "+peer+" listen :8080") + "exec " + lower + "$as " + peer + " sleep",
			found{soft: 2999, processes: 1}, found{soft: 2999, processes: 1},
			undecided(2, 500, 2999, "Descriptors"),
		},
		"a master of two workers with more": {
			"exec $as " + peer + " master --files=500 --workers=2 :8080 " + peer + " work",
			undecided(3, 500, 2999, "Connections"), found{soft: 2999, processes: 2, total: 5998},
			undecided(3, 500, 2999, "Descriptors"),
		},
		"a helper with fewer that inherited the listener": {
			"exec $as " + peer + " listen --mptcp=false --helper='" + lower + peer + " sleep' :8080",
			undecided(2, 500, 2999, "Connections"), found{soft: 2999, processes: 1},
			undecided(2, 500, 2999, "Descriptors"),
		},
		"two servers on one port, with different limits": {
			background(lower+"$as "+peer+" listen --mptcp=false --listener=reuseport=1 :8080") + "exec $as " + peer + " listen --mptcp=false --listener=reuseport=1 :8080",
			found{soft: 500, processes: 2, total: 3499}, found{soft: 500, processes: 2, total: 3499},
			undecided(2, 500, 2999, "Descriptors"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pod := startPod(t, test.script)
			for _, look := range []struct {
				user, probe string
				want        found
			}{
				{serverUser, "false", test.exact}, {serverUser, "true", test.exactProbe}, {observer, "false", test.byUser},
			} {
				if got := foundIn(pod.observe(look.user, "--probe="+look.probe)); got != look.want {
					t.Errorf("as user %s, probe %s: %+v, want %+v", look.user, look.probe, got, look.want)
				}
			}
			pod.connect("--connections=20", "127.0.0.1:8080")
			if got := foundIn(pod.observe(serverUser, "--probe=false")); got.doubt.Candidates != 0 || got.soft != test.exactProbe.soft {
				t.Errorf("with clients: %+v, want the limits of %+v", got, test.exactProbe)
			}
		})
	}
}

// For a moment the master is the only process that has the listener.
func TestAMasterThatHasJustBegunToListen(t *testing.T) {
	start := func(delay string) *pod {
		return startPod(t, "echo ready; sleep 0.5; exec $as "+peer+" master --files=500 --workers=2 --delay="+delay+" :8080 "+peer+" work")
	}
	if got, want := foundIn(start("300ms").observe(serverUser, "--probe=false")), undecided(3, 500, 2999, "Connections"); got != want {
		t.Errorf("without a connection: %+v, want %+v", got, want)
	}
	if server := start("3s").observe(serverUser); server.Process.PID == 1 || server.Doubt != nil || server.Processes != 2 {
		t.Errorf("with a connection that a worker accepts later: %+v, want the workers", server)
	}
}

// The user of the accepted connections shows the workers, where descriptors cannot be read.
func TestWorkersOfAnotherUserThanTheMaster(t *testing.T) {
	pod := startPod(t, "exec "+peer+" master --files=500 :8080 setpriv --reuid 33 "+peer+" work")
	if got, want := foundIn(pod.observe(observer, "--probe=false")), undecided(2, 500, 2999, "Descriptors"); got != want {
		t.Errorf("without connections: %+v, want %+v", got, want)
	}
	for _, probe := range []string{"true", "false"} {
		server := pod.observe(observer, "--probe="+probe)
		if got, want := foundIn(server), (found{soft: 2999, processes: 1}); got != want || server.Process.UID != 33 {
			t.Errorf("probe %s: %+v of user %d, want %+v", probe, got, server.Process.UID, want)
		}
		pod.connect("127.0.0.1:8080")
	}
}

func TestAServerThatChangesItsUser(t *testing.T) {
	pod := startPod(t, "exec "+peer+" listen --user=33 :8080")
	for _, ports := range []string{"--ports=8080", "--declared=8080"} {
		server := pod.observe(observer, ports)
		if want := (report.Process{PID: 1, Comm: "peer", UID: 33}); server.Process != want || server.Doubt != nil || onlyPort(t, server).Keepalive == nil {
			t.Errorf("%s: %+v, doubt %+v, want %+v", ports, server.Process, server.Doubt, want)
		}
	}
	const unclear = "it is unclear whether the server listens: what listens may be another container"
	if server := pod.observe(observer, "--wait=0s"); len(server.Ports) != 0 || server.PortsUnclear != 1 || !slices.Equal(server.Errors, []string{unclear}) {
		t.Errorf("no port is named: %+v, %d unclear, errors %q", server.Ports, server.PortsUnclear, server.Errors)
	}
	for _, ports := range []string{"--ports=9090", "--declared=9090"} {
		server := pod.observe(observer, ports, "--wait=0s")
		if len(server.Ports) != 1 || server.Ports[0].Listening || server.PortsUnclear != 1 || !slices.Equal(server.Errors, []string{unclear}) {
			t.Errorf("%s: %+v, %d unclear, errors %q", ports, server.Ports, server.PortsUnclear, server.Errors)
		}
	}
	pod.connect("127.0.0.1:8080")
	onlyPort(t, pod.observe(observer, "--wait=0s"))
	onlyPort(t, pod.observe("33", "--wait=0s"))
}

// As in a sidecar: the network namespace is shared, the PID namespace is not.
func (p *pod) sidecar(user, address string) {
	p.t.Helper()
	p.shared = true
	start(p.t, p.enter("setpriv", "--reuid", user, "--regid", user, "--clear-groups", peer, "listen", address))
}

func TestASidecarOfTheSameUser(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	pod.sidecar(serverUser, ":9090")
	server := pod.observe(serverUser)
	if onlyPort(t, server); server.Processes != 1 || server.PortsUnclear != 0 {
		t.Errorf("%d processes, %d unclear", server.Processes, server.PortsUnclear)
	}
	server = pod.observe(serverUser, "--ports=9090", "--wait=0s")
	if len(server.Ports) != 2 || server.Ports[0] != (report.Port{Port: 9090, Elsewhere: true}) || server.Ports[1].Port != 8080 {
		t.Errorf("the sidecar's port: %+v", server.Ports)
	}
}

// As while the server still boots. Nothing shows that the port is another container's.
func TestASidecarOfTheSameUserThatListensFirst(t *testing.T) {
	pod := startPod(t, "echo ready; exec $as sleep 1000")
	pod.sidecar(serverUser, ":9090")
	if server := pod.observe(observer, "--wait=0s"); len(server.Ports) != 0 || server.PortsUnclear != 1 {
		t.Errorf("its descriptors are hidden: %+v, %d unclear", server.Ports, server.PortsUnclear)
	}
	if server := pod.observe(serverUser, "--wait=0s"); len(server.Ports) != 0 || server.PortsUnclear != 0 {
		t.Errorf("its descriptors are seen: %+v, %d unclear", server.Ports, server.PortsUnclear)
	}
}

// Without descriptors, the cgroups of listeners distinguish containers of one user, if one port is known.
func TestASidecarOfTheSameUserInAnotherCgroup(t *testing.T) {
	cgroup := newPodCgroup(t)
	pod := startPodIn(t, cgroup.container("server"), listen(":8080"))
	pod.shared = true
	start(t, cgroup.container("sidecar")(pod.enter("setpriv", "--reuid", serverUser, "--clear-groups", peer, "listen", ":9090")))
	onlyPort(t, pod.observe(observer, "--declared=8080", "--wait=0s"))
	server := pod.observe(observer, "--declared=8080,8081", "--wait=0s")
	if len(server.Ports) != 2 || server.Ports[1].Port != 8081 || server.Ports[1].Listening {
		t.Errorf("ports = %+v, want the declared ones", server.Ports)
	}
	if server := pod.observe(observer, "--wait=0s"); len(server.Ports) != 0 || server.PortsUnclear != 2 {
		t.Errorf("no port is declared: %+v, %d unclear", server.Ports, server.PortsUnclear)
	}
}

// The observer takes from the pod's memory: what it needs does not grow with the server's descriptors.
func TestAServerWithManyDescriptors(t *testing.T) {
	var memory []int64 // KiB
	for _, descriptors := range []string{"0", "19900"} {
		pod := startRoomyPod(t, "exec $as "+peer+" listen --descriptors="+descriptors+" :8080")
		observation := pod.observation(serverUser)
		begin := time.Now()
		if got, want := foundIn(pod.observeBy(observation)), (found{soft: 20000, processes: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		memory = append(memory, observation.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
		t.Logf("with %s descriptors: %s, %d KiB", descriptors, time.Since(begin), memory[len(memory)-1])
	}
	if memory[1] > memory[0]+1024 {
		t.Errorf("%d KiB more with many descriptors", memory[1]-memory[0])
	}
}

// A process of the server's user may list its descriptors, and not see what they are of unless it is of the same group.
func TestAnObserverOfTheServersUserInAnotherGroup(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	for _, ports := range []string{"--ports=8080", "--declared=8080", "--ports="} {
		observation := pod.observation(serverUser, ports, "--wait=0s")
		observation.Args[slices.Index(observation.Args, "--regid")+1] = "0"
		server := pod.observeBy(observation)
		if onlyPort(t, server); server.Process.PID != 1 || server.Nofile.Soft != 2999 {
			t.Errorf("%s: %+v with %+v", ports, server.Process, server.Nofile)
		}
	}
}

// Many servers are PID 1 and do not wait for children, which then remain, with a user and limits and no descriptors.
func TestChildrenThatEndedAreNoCandidates(t *testing.T) {
	pod := startPod(t, "exec $as sh -c 'true & exec "+peer+" listen :8080'")
	pod.sidecar(serverUser, ":9090")
	if got, want := foundIn(pod.observe(observer, "--ports=8080")), (found{soft: 2999, processes: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if server := pod.observe(serverUser, "--ports=9090", "--wait=0s"); !server.Ports[0].Elsewhere {
		t.Errorf("the sidecar's port: %+v", server.Ports)
	}
}
