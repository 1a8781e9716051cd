package report

import (
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sysctl"
)

// defaults are what a default kernel has for each key, in the order of the list.
var defaults = []string{
	"4096", "32768 60999", "60", "75", "9", "7200", "2048", "131072", "4294967295", "15", "4096 131072 33554432", "120000",
	"1", "6", "1", "2", "4096 16384 4194304",
}

var everything = Accepted{Keepalive: true, Time: 300, Interval: 10, Probes: 5, UserTimeout: 20000, Override: true}

// busy is the server of a crowd, on four ports that are all alike.
func busy(accepted Accepted, port Port) Server {
	server := Server{
		Format: Format, Kind: KindServer, Tuner: "0.1.0", Start: "8f14e45f",
		Process: Process{1, "node", 1000}, Processes: 1, Nofile: rlimit.Limits{Soft: 1048576, Hard: 1048576},
		Accepted: &accepted,
	}
	for _, value := range defaults {
		server.Values = append(server.Values, &value)
	}
	for range 4 {
		server.Ports = append(server.Ports, port)
		port.Port++
	}
	return server
}

// A report holds three ports that show all there is, and more of those that show less.
func TestPortsThatFit(t *testing.T) {
	if len(defaults) != len(sysctl.Keys()) {
		t.Fatalf("%d defaults of %d keys", len(defaults), len(sysctl.Keys()))
	}
	existing, probed := &Keepalive{Running: true, IdleSeconds: 300, Evidence: Existing}, &Keepalive{Running: true, IdleSeconds: 300, Evidence: Probe}
	for name, test := range map[string]struct {
		accepted Accepted
		port     Port
		least    int
	}{
		"all there is":        {everything, Port{Port: 8080, Listening: true, Connections: 12345, Remotes: 1000, Preload: true, Keepalive: existing, Problem: ""}, 3},
		"probes that failed":  {everything, Port{Port: 8080, Listening: true, Connections: 12345, Remotes: 1000, Preload: true, Keepalive: existing, Problem: strings.Repeat("x", 200)}, 3},
		"programs":            {everything, Port{Port: 8080, Listening: true, Connections: 12345, Remotes: 1000, Preload: false, Keepalive: existing, Problem: ""}, 4},
		"programs, idle":      {everything, Port{Port: 8080, Listening: true, Connections: 0, Remotes: 0, Preload: false, Keepalive: probed, Problem: ""}, 4},
		"library":             {Accepted{}, Port{Port: 8080, Listening: true, Connections: 12345, Remotes: 1000, Preload: true, Keepalive: existing, Problem: ""}, 4},
		"library, idle":       {Accepted{}, Port{Port: 8080, Listening: true, Connections: 0, Remotes: 0, Preload: true, Keepalive: probed, Problem: ""}, 4},
		"keepalive off":       {Accepted{}, Port{Port: 8080, Listening: true, Connections: 12345, Remotes: 1000, Preload: false, Keepalive: &Keepalive{Evidence: Existing}, Problem: ""}, 4},
		"keepalive off, idle": {Accepted{}, Port{Port: 8080, Listening: true, Connections: 0, Remotes: 0, Preload: false, Keepalive: &Keepalive{Evidence: Probe}, Problem: ""}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			var back Server
			fits(t, busy(test.accepted, test.port).JSON(), &back)
			if len(back.Ports) < test.least || back.Accepted == nil {
				t.Errorf("%d ports, want at least %d; accepted %+v", len(back.Ports), test.least, back.Accepted)
			}
		})
	}
}
