package kerneltest

import (
	"os"
	"strings"
	"testing"

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

// agreesWithSS compares with the timer of the server's end that ss(8) shows.

// passiveOpens is how many connections the kernel accepted in the pod.

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

// A second process of the server's user, with a lower limit, holds no socket of the server. Who may look at descriptors knows.

// The pod's own address, from a range reserved for tests.

func TestWrongUseOfObserve(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	for _, arguments := range [][]string{
		{}, {"--start="}, {"--start=a b"}, {"--start=x", "--ports=0"}, {"--start=x", "--ports=65536"}, {"--start=x", "--ports=1,1"},
		{"--start=x", "--ports=1,2,3,4,5,6,7,8,9"}, {"--start=x", "--declared=0"}, {"--start=x", "--declared=1,1"},
		{"--start=x", "--declared=1,2,3,4,5,6,7,8,9"}, {"--start=x", "--keys=net.ipv4.tcp_mem"}, {"--start=x", "--wait=6m"},
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
