package kerneltest

import (
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/report"
)

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
	if want := "the server did not accept the probe within 5s"; port.Problem != want || len(server.Errors) > 0 {
		t.Errorf("problem = %q, want %q; errors = %q", port.Problem, want, server.Errors)
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
	if opened := pod.passiveOpens(); opened != "1" {
		t.Errorf("%s connections were made, want the observer's one to itself, and none to a port that was not wanted", opened)
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
