package kerneltest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

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
	if attempts := pod.passiveOpens(); attempts != "2" {
		t.Errorf("%s connections were made, want the one probe, and the observer's one to itself", attempts)
	}
}

func (p *pod) passiveOpens() string {
	p.t.Helper()
	return p.tcpCounter("PassiveOpens")
}

// tcpCounter reads one of the kernel's counters of TCP (RFC 4022) in the pod.
func (p *pod) tcpCounter(wanted string) string {
	p.t.Helper()
	content := read(p.t, p.enter("cat", "/proc/net/snmp"))
	var names, values []string
	for line := range strings.Lines(content) {
		if fields := strings.Fields(line); fields[0] == "Tcp:" {
			names, values = values, fields
		}
	}
	for i, name := range names {
		if name == wanted {
			return values[i]
		}
	}
	p.t.Fatalf("no %s in\n%s", wanted, content)
	return ""
}

func TestAListenerOnThePodsAddress(t *testing.T) {
	address := netip.MustParseAddr("198.18.77.1")
	pod := startPod(t, "ip address add "+address.String()+"/32 dev lo; "+listen("--keepalive=sysctl "+address.String()+":8080"))
	if k := onlyPort(t, pod.observe(observer)).Keepalive; k == nil || k.IdleSeconds != 300 || k.Evidence != report.Probe {
		t.Errorf("keepalive = %+v", k)
	}
}
