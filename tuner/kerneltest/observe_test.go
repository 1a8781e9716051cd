package kerneltest

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

// observer is the user of the observer's container.
const observer = "65532"

// listen is a script in which the peer listens as PID 1.
func listen(flags string) string {
	return "sysctl -qw net.ipv4.tcp_keepalive_time=300; exec $as " + peer + " listen " + flags
}

// onlyPort is the one port that must have been reported, as listening.
func onlyPort(t *testing.T, server report.Server) report.Port {
	t.Helper()
	if len(server.Ports) != 1 || server.Ports[0].Port != 8080 || !server.Ports[0].Listening {
		t.Fatalf("ports = %+v, want 8080 listening", server.Ports)
	}
	return server.Ports[0]
}

func TestKeepaliveOfAcceptedSockets(t *testing.T) {
	addresses := map[string]struct{ listens, dials string }{
		"IPv4":          {"0.0.0.0:8080", "127.0.0.1:8080"},
		"IPv6":          {"[::1]:8080", "[::1]:8080"},
		"IPv4 by [::]":  {"[::]:8080", "127.0.0.1:8080"},
		"IPv6 by [::]":  {"[::]:8080", "[::1]:8080"},
		"IPv4 loopback": {"127.0.0.1:8080", "127.0.0.1:8080"},
	}
	for address, at := range addresses {
		for keepalive, seconds := range map[string]int64{"off": 0, "sysctl": 300, "40s": 40} {
			for _, existing := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%s/existing=%v", address, keepalive, existing), func(t *testing.T) {
					t.Parallel()
					pod := startPod(t, listen("--keepalive="+keepalive+" "+at.listens))
					want := report.Port{Port: 8080, Listening: true, Keepalive: &report.Keepalive{
						Running: seconds > 0, IdleSeconds: seconds, Evidence: report.Probe,
					}}
					if existing {
						pod.connect(at.dials)
						want.Connections, want.Keepalive.Evidence = 1, report.Existing
					}
					server := pod.observe(observer, "--ports=8080")
					port := onlyPort(t, server)
					if port.Connections != want.Connections || port.Keepalive == nil || *port.Keepalive != *want.Keepalive || len(server.Errors) > 0 {
						t.Errorf("port = %+v %+v, want %+v %+v; errors %q", port, port.Keepalive, want, want.Keepalive, server.Errors)
					}
					if existing {
						pod.agreesWithSS(*port.Keepalive)
					}
				})
			}
		}
	}
}

// agreesWithSS compares with the timer of the server's end that ss(8) shows.
func (p *pod) agreesWithSS(keepalive report.Keepalive) {
	p.t.Helper()
	shown := read(p.t, p.enter("ss", "-Htno", "state", "established", "sport", "=", ":8080"))
	_, timer, running := strings.Cut(shown, "timer:(keepalive,")
	if running != keepalive.Running {
		p.t.Fatalf("ss shows\n%s\nthe report says %+v", shown, keepalive)
	}
	if !running {
		return
	}
	text, _, _ := strings.Cut(timer, ",")
	left, err := time.ParseDuration(strings.NewReplacer("min", "m", "sec", "s").Replace(text))
	if err != nil {
		p.t.Fatalf("%v in\n%s", err, shown)
	}
	if idle := time.Duration(keepalive.IdleSeconds) * time.Second; left > idle || left < idle-10*time.Second {
		p.t.Errorf("ss shows %s left a moment after the connection was made, the report says %s", left, idle)
	}
}

func TestPlainTCPListener(t *testing.T) {
	pod := startPod(t, listen("--mptcp=false --keepalive=sysctl :8080"))
	if k := onlyPort(t, pod.observe(observer)).Keepalive; k == nil || !k.Running || k.IdleSeconds != 300 {
		t.Errorf("keepalive = %+v", k)
	}
}

func TestTheProbeShowsWhatBusyConnectionsHide(t *testing.T) {
	pod := startPod(t, listen("--keepalive=40s :8080"))
	pod.connect("--ping=100ms", "127.0.0.1:8080")
	time.Sleep(4 * time.Second)
	if k := onlyPort(t, pod.observe(observer, "--probe=false")).Keepalive; k == nil || k.Evidence != report.Existing || k.IdleSeconds < 30 || k.IdleSeconds > 36 {
		t.Errorf("without a probe: %+v, want a lower bound of about 36 s", k)
	}
	if k := onlyPort(t, pod.observe(observer)).Keepalive; k == nil || k.Evidence != report.Probe || k.IdleSeconds != 40 {
		t.Errorf("with a probe: %+v, want 40 s", k)
	}
}

func TestNoProbeUnlessAllowed(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	if port := onlyPort(t, pod.observe(observer, "--probe=false")); port.Keepalive != nil || port.Connections != 0 {
		t.Errorf("port = %+v", port)
	}
	if attempts := pod.passiveOpens(); attempts != "0" {
		t.Errorf("%s connections were made", attempts)
	}
	pod.observe(observer, "--probe=true")
	if attempts := pod.passiveOpens(); attempts != "1" {
		t.Errorf("%s connections were made, want the one probe", attempts)
	}
}

// passiveOpens is how many connections the kernel accepted in the pod.
func (p *pod) passiveOpens() string {
	p.t.Helper()
	content := read(p.t, p.enter("cat", "/proc/net/snmp"))
	var names, values []string
	for line := range strings.Lines(content) {
		if fields := strings.Fields(line); fields[0] == "Tcp:" {
			names, values = values, fields
		}
	}
	for i, name := range names {
		if name == "PassiveOpens" {
			return values[i]
		}
	}
	p.t.Fatalf("no PassiveOpens in\n%s", content)
	return ""
}

func TestEveryConnectionIsCounted(t *testing.T) {
	pod := startPod(t, listen("--keepalive=sysctl :8080"))
	pod.connect("--connections=1200", "127.0.0.1:8080")
	port := onlyPort(t, pod.observe(observer))
	shown := read(t, pod.enter("ss", "-Htn", "state", "established", "sport", "=", ":8080"))
	if lines := strings.Count(shown, "\n") + 1; port.Connections != 1200 || lines != 1200 {
		t.Errorf("%d connections, ss shows %d", port.Connections, lines)
	}
}

func TestAServerThatDoesNotAccept(t *testing.T) {
	pod := startPod(t, listen("--accept=false :8080"))
	pod.connect("127.0.0.1:8080")
	server := pod.observe(observer)
	port := onlyPort(t, server)
	if port.Connections != 0 || port.Keepalive != nil {
		t.Errorf("port = %+v", port)
	}
	if want := "port 8080: the server did not accept the probe within 1s"; len(server.Errors) != 1 || server.Errors[0] != want {
		t.Errorf("errors = %q, want %q", server.Errors, want)
	}
}

func TestWaitsUntilTheServerListens(t *testing.T) {
	for _, ports := range []string{"", "8080"} {
		pod := startPod(t, "echo ready; "+listen("--delay=1s :8080"))
		onlyPort(t, pod.observe(observer, "--wait=20s", "--ports="+ports))
	}
}

func TestAWantedPortThatDoesNotListen(t *testing.T) {
	pod := startPod(t, listen("--keepalive=sysctl :8080"))
	server := pod.observe(observer, "--wait=300ms", "--ports=9090")
	if len(server.Ports) != 2 || server.Ports[0] != (report.Port{Port: 9090}) {
		t.Fatalf("ports = %+v", server.Ports)
	}
	if other := server.Ports[1]; other != (report.Port{Port: 8080, Listening: true}) {
		t.Errorf("the other port = %+v, want it listening, and not probed", other)
	}
	if opened := pod.passiveOpens(); opened != "0" {
		t.Errorf("%s connections were made to a port that was not wanted", opened)
	}
}

func TestLoopbackIsReportedOnlyWhenWanted(t *testing.T) {
	pod := startPod(t, listen("127.0.0.1:8080"))
	if server := pod.observe(observer, "--wait=0s"); len(server.Ports) != 0 || len(server.Errors) != 1 {
		t.Errorf("ports = %+v, errors = %q", server.Ports, server.Errors)
	}
	onlyPort(t, pod.observe(observer, "--wait=0s", "--ports=8080"))
}

func TestAnotherContainersPortIsNotTheServers(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	// As in a sidecar: the network namespace is shared, the PID namespace is not.
	start(t, pod.enter("setpriv", "--reuid", "1337", "--regid", "1337", "--clear-groups", peer, "listen", ":15006"))
	onlyPort(t, pod.observe(observer))
}

func TestValuesAreThoseOfThePod(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	keys := []string{"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem", "net.core.somaxconn"}
	server := pod.observe(observer, "--keys="+strings.Join(keys, ","))
	if len(server.Values) != len(keys) || *server.Values[0] != "300" {
		t.Fatalf("values = %v", server.Values)
	}
	for i, key := range keys {
		if want := pod.sysctl(key); *server.Values[i] != want {
			t.Errorf("%s is reported as %s, and is %s", key, *server.Values[i], want)
		}
	}
}

// The peer is written in Go, which raises its soft limit to one below the hard limit.
func TestOpenFilesOfTheServer(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	server := pod.observe(observer)
	soft, hard := openFiles(t, pod.pid)
	if server.Nofile.Soft != soft || server.Nofile.Hard != hard || soft != 2999 {
		t.Errorf("nofile = %+v, /proc shows %d:%d", server.Nofile, soft, hard)
	}
	if want := (report.Process{PID: 1, Comm: "peer", UID: 1000}); server.Process != want || server.Processes != 1 {
		t.Errorf("%d processes, the lowest %+v, want %+v", server.Processes, server.Process, want)
	}
}

func TestTheServerBehindAShell(t *testing.T) {
	pod := startPod(t, "$as sh -c '"+peer+" listen :8080; true'; true")
	server := pod.observe(observer)
	if server.Process.Comm != "peer" || server.Process.PID == 1 || server.Processes != 1 || server.Nofile.Soft != 2999 {
		t.Errorf("%d processes, the lowest %+v with %+v", server.Processes, server.Process, server.Nofile)
	}
}

// A second process of the server's user, with a lower limit, holds no socket of the server. Who may look at descriptors knows.
func TestDescriptorsTellApartProcessesOfOneUser(t *testing.T) {
	pod := startPod(t, "prlimit --nofile=500:500 $as "+peer+" sleep > /dev/null & exec $as "+peer+" listen :8080")
	time.Sleep(200 * time.Millisecond)
	for _, test := range []struct {
		user      string
		processes int
		soft      uint64
	}{
		{observer, 2, 500}, {serverUser, 1, 2999},
	} {
		server := pod.observe(test.user)
		if server.Processes != test.processes || server.Nofile.Soft != test.soft {
			t.Errorf("as user %s: %d processes, lowest limit %+v; want %d and %d", test.user, server.Processes, server.Nofile, test.processes, test.soft)
		}
	}
}

func TestWithoutAListenerPID1StandsForTheServer(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	server := pod.observe(observer, "--wait=300ms")
	if want := (report.Process{PID: 1, Comm: "peer", UID: 1000}); server.Process != want || server.Processes != 1 {
		t.Errorf("process = %+v, want %+v", server.Process, want)
	}
	if want := "the server did not listen within 300ms"; len(server.Ports) != 0 || len(server.Errors) != 1 || server.Errors[0] != want {
		t.Errorf("ports = %+v, errors = %q, want %q", server.Ports, server.Errors, want)
	}
}

// The pod's own address, from a range reserved for tests.
func TestAListenerOnThePodsAddress(t *testing.T) {
	address := netip.MustParseAddr("198.18.77.1")
	pod := startPod(t, "ip address add "+address.String()+"/32 dev lo; "+listen("--keepalive=sysctl "+address.String()+":8080"))
	if k := onlyPort(t, pod.observe(observer)).Keepalive; k == nil || k.IdleSeconds != 300 || k.Evidence != report.Probe {
		t.Errorf("keepalive = %+v", k)
	}
}

func TestWrongUseOfObserve(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	for _, arguments := range [][]string{
		{}, {"--start="}, {"--start=a b"}, {"--start=x", "--ports=0"}, {"--start=x", "--ports=65536"}, {"--start=x", "--ports=1,1"},
		{"--start=x", "--ports=1,2,3,4,5,6,7,8,9"}, {"--start=x", "--keys=net.ipv4.tcp_mem"}, {"--start=x", "--wait=6m"},
		{"--start=x", "--wait=-1s"}, {"--start=x", "8080"}, {"--start=x", "--unknown"}, {"--start=" + strings.Repeat("x", 65)},
	} {
		r := run(t, pod.enter(append([]string{tuner, "observe"}, arguments...)...))
		if r.code != 2 || r.output != "" || r.errors == "" {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, r.code, r.output, r.errors)
		}
	}
}

func TestNoTerminationLogIsMade(t *testing.T) {
	if _, err := os.Stat(report.TerminationLog); err == nil {
		t.Skip("this container has a termination log of its own")
	}
	run(t, startPod(t, "exec $as "+peer+" sleep").enter(tuner, "apply", "--plan=0123456789ab"))
	if _, err := os.Stat(report.TerminationLog); err == nil {
		t.Errorf("%s was made", report.TerminationLog)
	}
}
