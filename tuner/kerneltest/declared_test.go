package kerneltest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

// metricsFirst is a server that opens its metrics port, and the port of WebSockets later.
func metricsFirst(delay string) string {
	return "$as " + peer + " listen --keepalive=sysctl :9090 & exec $as " + peer + " listen --delay=" + delay + " --keepalive=40s :8080"
}

func TestADeclaredPortIsWaitedForAlthoughAnotherOneListens(t *testing.T) {
	pod := startPod(t, metricsFirst("3s"))
	port := onlyPort(t, pod.observe(serverUser, "--declared=8080", "--wait=60s"))
	if port.Keepalive == nil || port.Keepalive.IdleSeconds != 40 {
		t.Errorf("keepalive = %+v, want that of the port of WebSockets", port.Keepalive)
	}
}

func TestADeclaredPortThatDoesNotListenIsReported(t *testing.T) {
	pod := startPod(t, metricsFirst("1h"))
	server := pod.observe(serverUser, "--declared=8080", "--wait=1s")
	want := []report.Port{{Port: 8080}, {Port: 9090, Listening: true}}
	if len(server.Ports) != 2 || server.Ports[0] != want[0] || server.Ports[1] != want[1] {
		t.Errorf("ports = %+v, want %+v, and no probe of the metrics port", server.Ports, want)
	}
}

// What a busy connection shows is too short. That is not corrected by a connection of the observer's own, and has to be said.
func TestAPortThatIsNotNamedIsKnownByItsClientsOnly(t *testing.T) {
	pod := startPod(t, "$as "+peer+" listen --keepalive=40s :9090")
	pod.connect("--ping=100ms", "127.0.0.1:9090")
	server := pod.observe(serverUser, "--declared=8080", "--wait=4s")
	if len(server.Ports) != 2 || server.Ports[1].Keepalive == nil || server.Ports[1].Keepalive.IdleSeconds > 38 || server.Ports[1].Problem == "" {
		t.Errorf("ports = %+v, want a lower bound, and why it is no more", server.Ports)
	}
	if port := pod.observe(serverUser, "--declared=8080", "--wait=0s", "--probe=false").Ports[1]; port.Problem != "" {
		t.Errorf("without probes: %q", port.Problem)
	}
}

func TestWantedPortsCountMoreThanDeclaredOnes(t *testing.T) {
	pod := startPod(t, listen("--keepalive=sysctl :8080"))
	onlyPort(t, pod.observe(serverUser, "--ports=8080", "--declared=9090"))
}

func TestPortsThatAreTooManyAreCounted(t *testing.T) {
	var script strings.Builder
	for _, port := range []string{"8081", "8082", "8083", "8084", "8085", "8086", "8087", "8088", "8089"} {
		script.WriteString("$as " + peer + " listen :" + port + " > /dev/null & ")
	}
	pod := startPod(t, script.String()+"sleep 1; exec $as "+peer+" listen :8080")
	server := pod.observe(serverUser, "--probe=false")
	if len(server.Ports) != 8 || server.PortsLeftOut != 2 || server.Ports[0].Port != 8080 {
		t.Errorf("%d ports, %d left out: %+v", len(server.Ports), server.PortsLeftOut, server.Ports)
	}
}

// Of two workers on one port, each with a listener of its own, one has no keepalive.
func TestAWorkerWithoutKeepaliveIsSeen(t *testing.T) {
	const worker = " listen --mptcp=false --listener=reuseport=1 "
	pod := startPod(t, "$as "+peer+worker+"--keepalive=40s :8080 > /dev/null & sleep 0.5; exec $as "+peer+worker+":8080")
	probed := onlyPort(t, pod.observe(observer)).Keepalive
	for tries := 1; tries < 4 && probed != nil && probed.Off%8 == 0; tries++ { // once in 128 times all come to one worker
		probed = onlyPort(t, pod.observe(observer)).Keepalive
	}
	if probed == nil || probed.Running || probed.Evidence != report.Probe || probed.Looked != 8 || probed.Off == 0 || probed.Off == 8 {
		t.Errorf("by probes: %+v", probed)
	}
	pod.connect("--connections=40", "127.0.0.1:8080")
	seen := onlyPort(t, pod.observe(observer)).Keepalive
	if seen == nil || seen.Running || seen.Evidence != report.Existing || seen.Looked != 40 || seen.Off == 0 || seen.Off == 40 {
		t.Errorf("by clients: %+v", seen)
	}
}

// Eight connections wait for a worker that accepts none at the same time, not one after the other.
func TestAWorkerThatHangsDelaysTheReportOnce(t *testing.T) {
	const worker = " listen --mptcp=false --listener=reuseport=1 --accept=false "
	pod := startPod(t, "$as "+peer+worker+":8080 > /dev/null & sleep 0.5; exec $as "+peer+worker+":8080")
	begin := time.Now()
	port := onlyPort(t, pod.observe(observer))
	if took := time.Since(begin); took > 15*time.Second || port.Problem != "the server did not accept the probe within 5s" {
		t.Errorf("after %s: %+v", took, port)
	}
}

// Such a server has no socket for a connection until data come.
func TestAServerThatDefersAccepting(t *testing.T) {
	pod := startPod(t, listen("--mptcp=false --listener=defer=10 --keepalive=40s :8080"))
	port := onlyPort(t, pod.observe(observer))
	if port.Keepalive == nil || !port.Keepalive.Running || port.Keepalive.IdleSeconds != 40 || port.Problem != "" {
		t.Errorf("port = %+v %+v", port, port.Keepalive)
	}
	pod = startPod(t, listen("--mptcp=false --listener=defer=10 --accept=false :8080"))
	const want = "the server did not accept the probe within 5s after its first byte, a carriage return; it accepts no connection without data (deferred accept)"
	if port := onlyPort(t, pod.observe(observer)); port.Keepalive != nil || port.Problem != want {
		t.Errorf("problem = %q, want %q; keepalive %+v", port.Problem, want, port.Keepalive)
	}
}

// gVisor and small kernels have no sock_diag: a seccomp filter that refuses AF_NETLINK looks alike.
func TestWithoutSockDiagTheRestIsReported(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	observation := pod.observation(serverUser, "--keys=net.ipv4.tcp_keepalive_time", "--ports=8080")
	at := slices.Index(observation.Args, tuner)
	observation.Args = slices.Insert(observation.Args, at, peer, "blind")
	server := pod.observeBy(observation)
	if server.NoSockets != "open sock_diag: address family not supported by protocol" || len(server.Ports) != 0 || len(server.Errors) != 0 {
		t.Errorf("no sockets: %q, ports %+v, errors %q", server.NoSockets, server.Ports, server.Errors)
	}
	if server.Nofile.Soft != 2999 || server.Doubt != nil || len(server.Values) != 1 || *server.Values[0] != "300" {
		t.Errorf("nofile %+v, doubt %+v, values %v", server.Nofile, server.Doubt, server.Values)
	}
}
