package kerneltest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/report"
)

// tuned is a pod in a cgroup, whose init container has run.
type tuned struct {
	*pod
	cgroup *podCgroup
}

// startTuned starts such a pod. Its PID 1 is the script.
func startTuned(t *testing.T, script string, arguments ...string) tuned {
	t.Helper()
	cgroup := newPodCgroup(t)
	sandbox := startPodIn(t, cgroup.container("server"), script)
	boot, r := runApply(t, cgroup.container("init")(applyCommand(sandbox.prefix(), append([]string{"--on-error=hold"}, arguments...)...)))
	if r.code != 0 || boot.Sockets == nil || *boot.Sockets != (report.Sockets{By: report.Programs, Done: true}) {
		t.Fatalf("apply ended with %d: %s %s", r.code, r.output, r.errors)
	}
	return tuned{sandbox, cgroup}
}

// accept runs a server of the pod's that accepts one connection, and tells what both ends have.
func (p tuned) accept(flags string, address string) (accepted, dialed string, failures []string) {
	p.t.Helper()
	command := p.enter(append(append([]string{peer, "accept"}, strings.Fields(flags)...), address)...)
	var seen struct {
		Accepted, Dialed map[string]int
		Errors           []string
	}
	output := read(p.t, p.cgroup.container("server")(command))
	if err := json.Unmarshal([]byte(output), &seen); err != nil {
		p.t.Fatalf("%v in %s", err, output)
	}
	return describe(seen.Accepted), describe(seen.Dialed), seen.Errors
}

// describe writes keepalive as on or off with time/interval/probes, then the user timeout in milliseconds.
func describe(options map[string]int) string {
	state := map[int]string{0: "off", 1: "on"}[options["keepalive"]]
	return fmt.Sprintf("%s %d/%d/%d %d", state, options["idle"], options["interval"], options["probes"], options["timeout"])
}

func TestWhatAcceptedConnectionsHave(t *testing.T) {
	const all = "--keepalive=300/10/5 --user-timeout=20"
	for mode, test := range map[string]struct {
		arguments string
		want      map[string]string // by what the server sets
	}{
		"Respect": {all, map[string]string{
			"":                                 "on 300/10/5 20000",
			"--accepted=keepalive=1":           "on 300/10/5 20000",
			"--accepted=keepalive=0":           "off 300/10/5 20000",
			"--accepted=idle=15":               "on 15/10/5 20000",
			"--accepted=idle=400,probes=9":     "on 400/10/9 20000",
			"--accepted=timeout=0":             "on 300/10/5 0",
			"--accepted=timeout=60000":         "on 300/10/5 60000",
			"--listener=keepalive=1":           "on 300/10/5 20000",
			"--listener=keepalive=0":           "on 300/10/5 20000",
			"--listener=idle=15":               "on 15/10/5 20000",
			"--listener=idle=400":              "on 400/10/5 20000",
			"--listener=timeout=5000":          "on 300/10/5 5000",
			"--listener=timeout=60000":         "on 300/10/5 60000",
			"--listener=idle=7200,interval=75": "on 300/10/5 20000", // as if nobody had set them
			"--listener=keepalive=1,idle=15,interval=1,probes=1": "on 15/1/1 20000",
		}},
		"Override": {all + " --override", map[string]string{
			"":                                                     "on 300/10/5 20000",
			"--accepted=keepalive=0":                               "on 300/10/5 20000",
			"--accepted=keepalive=1":                               "on 300/10/5 20000",
			"--accepted=idle=15":                                   "on 15/10/5 20000",
			"--accepted=idle=301":                                  "on 300/10/5 20000",
			"--accepted=idle=15,idle=200":                          "on 200/10/5 20000",
			"--accepted=idle=15,idle=400":                          "on 15/10/5 20000",
			"--accepted=interval=11,probes=6":                      "on 300/10/5 20000",
			"--accepted=interval=9,probes=4":                       "on 300/9/4 20000",
			"--accepted=timeout=0":                                 "on 300/10/5 20000",
			"--accepted=timeout=20001":                             "on 300/10/5 20000",
			"--accepted=timeout=19999":                             "on 300/10/5 19999",
			"--accepted=timeout=5000,timeout=0":                    "on 300/10/5 5000",
			"--listener=keepalive=0":                               "on 300/10/5 20000",
			"--listener=idle=15":                                   "on 15/10/5 20000",
			"--listener=idle=400":                                  "on 300/10/5 20000",
			"--listener=timeout=5000":                              "on 300/10/5 5000",
			"--listener=timeout=60000":                             "on 300/10/5 20000",
			"--listener=keepalive=1,idle=15,interval=1,probes=1":   "on 15/1/1 20000",
			"--listener=keepalive=1,idle=15,interval=75,probes=90": "on 15/10/5 20000",
			"--accepted=idle:8=400":                                "on 300/10/5 20000",
			"--accepted=idle:5000=400":                             "on 300/10/5 20000",
			"--accepted=idle:5000=200":                             "on 200/10/5 20000",
		}},
		"Override with the sysctls alike": {all + " --override net.ipv4.tcp_keepalive_time=300 net.ipv4.tcp_keepalive_intvl=10 net.ipv4.tcp_keepalive_probes=5", map[string]string{
			"":                    "on 300/10/5 20000",
			"--listener=idle=15":  "on 15/10/5 20000",
			"--listener=idle=400": "on 300/10/5 20000",
			"--accepted=idle=400": "on 300/10/5 20000",
		}},
		"Override of a user timeout alone": {"--user-timeout=20 --override", map[string]string{
			"": "off 7200/75/9 20000",
			"--accepted=keepalive=1,idle=9000,interval=76,probes=10,timeout=0": "on 9000/76/10 20000",
			"--accepted=keepalive=1,keepalive=0":                               "off 7200/75/9 20000",
		}},
		"Override of keepalive alone": {"--keepalive=300/10/5 --override", map[string]string{
			"":                                   "on 300/10/5 0",
			"--accepted=timeout=60000,timeout=0": "on 300/10/5 0",
			"--accepted=timeout=60000,idle=400":  "on 300/10/5 60000",
		}},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			pod := startTuned(t, "exec $as "+peer+" sleep", strings.Fields(test.arguments)...)
			for sets, want := range test.want {
				accepted, dialed, failures := pod.accept("--mptcp=false "+sets, "127.0.0.1:0")
				if accepted != want || len(failures) > 0 {
					t.Errorf("%s: %s, want %s; errors %q", sets, accepted, want, failures)
				}
				if !strings.HasPrefix(dialed, "off") {
					t.Errorf("%s: the other end has %s", sets, dialed)
				}
			}
		})
	}
}
