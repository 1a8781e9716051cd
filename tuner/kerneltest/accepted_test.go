package kerneltest

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

func TestWhatTheObserverAccepts(t *testing.T) {
	for name, test := range map[string]struct { // the script sets the sysctl to 300
		arguments []string
		want      report.Accepted
	}{
		"keepalive": {[]string{"--keepalive=300/10/5"}, report.Accepted{Keepalive: true, Time: 300, Interval: 10, Probes: 5}},
		"both, Override": {
			[]string{"--keepalive=300/10/5", "--user-timeout=20", "--override"},
			report.Accepted{Keepalive: true, Time: 300, Interval: 10, Probes: 5, UserTimeout: 20000, Override: true},
		},
		"user timeout, Override": {
			[]string{"--user-timeout=20", "--override"},
			report.Accepted{UserTimeout: 20000, Override: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			pod := startTuned(t, listen(":8080"), test.arguments...)
			server := pod.observeBy(pod.cgroup.container("observer")(pod.observation(observer)))
			if server.Accepted == nil || *server.Accepted != test.want || len(server.Errors) > 0 {
				t.Errorf("accepted = %+v, want %+v; errors %q", server.Accepted, test.want, server.Errors)
			}
			if server := pod.observe(observer, "--probe=false"); server.Accepted != nil {
				t.Errorf("without a probe: accepted = %+v", server.Accepted)
			}
		})
	}
}

func TestWithoutProgramsTheObserverAcceptsPlainConnections(t *testing.T) {
	want := report.Accepted{}
	if server := startPod(t, listen(":8080")).observe(observer); server.Accepted == nil || *server.Accepted != want {
		t.Errorf("accepted = %+v, want %+v", server.Accepted, want)
	}
}

func TestRemotesAreDistinctAddresses(t *testing.T) {
	pod := startPod(t, listen(":8080"))
	for _, address := range []string{"127.0.0.1:8080", "127.0.0.1:8080", "[::1]:8080"} {
		pod.connect(address)
	}
	if port := onlyPort(t, pod.observe(observer)); port.Connections != 3 || port.Remotes != 2 {
		t.Errorf("port = %+v, want 3 connections of 2 remotes", port)
	}
}

func TestTheMarkOfThePreloadedLibrary(t *testing.T) {
	for flags, want := range map[string]bool{"": false, "--listener=mark=1": true} {
		for _, address := range []string{"0.0.0.0:8080", "[::]:8080"} {
			pod := startPod(t, listen("--mptcp=false "+flags+" "+address))
			if port := onlyPort(t, pod.observe(observer)); port.Preload != want {
				t.Errorf("%s %s: preload = %v", flags, address, port.Preload)
			}
		}
	}
}

func TestTheMarkCountsOnlyOnEveryListener(t *testing.T) {
	pod := startPod(t, "$as "+peer+" listen --mptcp=false --listener=mark=1 127.0.0.1:8080 > /dev/null & sleep 0.3; "+
		"ip address add 198.18.77.1/32 dev lo; exec $as "+peer+" listen --mptcp=false 198.18.77.1:8080")
	if port := onlyPort(t, pod.observe(observer)); port.Preload {
		t.Error("one of two listeners is marked, and the port is reported as preloaded")
	}
}

func TestEstablishedConnectionsAreNotTouched(t *testing.T) {
	const bytes = 150
	// On a busy machine an acknowledgement may take longer than TCP waits for it; the second one is known since Linux 6.11.
	patience := "sysctl -qw net.ipv4.tcp_early_retrans=0; sysctl -qew net.ipv4.tcp_rto_min_us=10000000; "
	pod := startPod(t, patience+listen("--keepalive=sysctl :8080"))
	pod.connect("--ping=20ms", "--pings="+strconv.Itoa(bytes), "127.0.0.1:8080")
	for range 5 {
		pod.observe(observer)
	}
	time.Sleep(3 * time.Second) // until the last byte
	for _, end := range []struct{ filter, counter string }{{"sport", "bytes_received:"}, {"dport", "bytes_acked:"}} {
		shown := read(t, pod.enter("ss", "-Htnoi", "state", "established", end.filter, "=", ":8080"))
		if strings.Count(shown, "\n") != 1 || strings.Contains(shown, "retrans:") {
			t.Errorf("ss shows\n%s", shown)
		}
		// SYN and FIN count as bytes that were acknowledged.
		if !strings.Contains(shown, end.counter+strconv.Itoa(bytes)+" ") && !strings.Contains(shown, end.counter+strconv.Itoa(bytes+1)+" ") {
			t.Errorf("ss shows not %s%d in\n%s", end.counter, bytes, shown)
		}
	}
	for counter, want := range map[string]string{"EstabResets": "0", "OutRsts": "0", "RetransSegs": "0", "AttemptFails": "0"} {
		if got := pod.tcpCounter(counter); got != want {
			t.Errorf("%s = %s", counter, got)
		}
	}
}
