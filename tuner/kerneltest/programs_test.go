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
	if r.code != 0 || boot.Sockets == nil || *boot.Sockets != (report.Outcome{By: report.Programs, Done: true}) {
		t.Fatalf("apply ended with %d: %s %s", r.code, r.output, r.errors)
	}
	return tuned{sandbox, cgroup}
}

// exchange is what both ends of a connection have.
type exchange struct {
	Accepted, Dialed map[string]int
	Errors           []string
}

// exchange runs a server of the pod's that accepts one connection.
func (p tuned) exchange(flags, address string) (seen exchange) {
	p.t.Helper()
	command := p.enter(append(append([]string{peer, "accept"}, strings.Fields(flags)...), address)...)
	output := read(p.t, p.cgroup.container("server")(command))
	if err := json.Unmarshal([]byte(output), &seen); err != nil {
		p.t.Fatalf("%v in %s", err, output)
	}
	return seen
}

func (p tuned) accept(flags, address string) (accepted, dialed string, failures []string) {
	p.t.Helper()
	seen := p.exchange(flags, address)
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
			"--listener=idle=7200,interval=75": "on 300/10/5 20000", // as if they had not been set
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
			"--accepted=idle=15,idle=300":                          "on 300/10/5 20000",
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

func TestEveryKindOfListener(t *testing.T) {
	pod := startTuned(t, "exec $as "+peer+" sleep", "--keepalive=300/10/5", "--user-timeout=20", "--override")
	for _, flags := range []string{"--mptcp=true", "--mptcp=false"} {
		for _, address := range []string{"127.0.0.1:0", "[::1]:0", "[::]:0", "0.0.0.0:0"} {
			accepted, _, failures := pod.accept(flags+" --accepted=keepalive=0,idle=400,timeout=0", address)
			if accepted != "on 300/10/5 20000" || len(failures) > 0 {
				t.Errorf("%s %s: %s, errors %q", flags, address, accepted, failures)
			}
		}
	}
}

// ss(8) shows the subflow, which has what the listener and the programs gave it, and which an application does not see. What
// a server sets on the connection goes to the subflow, and the programs leave it alone.
func TestMPTCPFromEndToEnd(t *testing.T) {
	for sets, want := range map[string]report.Keepalive{
		"":                       {Running: true, IdleSeconds: 300},
		"--listener=keepalive=0": {Running: true, IdleSeconds: 300},
		"--accepted=keepalive=0": {},
	} {
		pod := startTuned(t, listen(sets+" :8080"), "--keepalive=300/10/5", "--override")
		pod.connect("--mptcp=true", "127.0.0.1:8080")
		if shown := read(t, pod.enter("ss", "-HtnoiM", "state", "established", "sport", "=", ":8080")); !strings.Contains(shown, "mptcp") {
			t.Fatalf("the connection is not of MPTCP:\n%s", shown)
		}
		pod.agreesWithSS(want)
	}
}

func TestAServerThatNeverSetsKeepalive(t *testing.T) {
	pod := startTuned(t, listen(":8080"), "--keepalive=40/10/5")
	pod.connect("127.0.0.1:8080")
	pod.agreesWithSS(report.Keepalive{Running: true, IdleSeconds: 40})
	server := pod.observe(observer)
	if want := (report.Keepalive{Running: true, IdleSeconds: 40, Evidence: report.Existing}); *onlyPort(t, server).Keepalive != want {
		t.Errorf("keepalive = %+v, want %+v", *server.Ports[0].Keepalive, want)
	}
}

func TestWhatTheKernelRefusesItStillRefuses(t *testing.T) {
	pod := startTuned(t, "exec $as "+peer+" sleep", "--keepalive=300/10/5", "--user-timeout=20", "--override")
	for _, odd := range []string{
		"idle=0", "idle=-1", "idle=32768", "interval=0", "interval=32768", "probes=0", "probes=128", "timeout=-1",
		"keepalive:3=0", "idle:1=400", "idle:0=400", "timeout:2=0",
	} {
		accepted, _, failures := pod.accept("--mptcp=false --accepted="+odd, "127.0.0.1:0")
		if want := odd + ": invalid argument"; len(failures) != 1 || failures[0] != want || accepted != "on 300/10/5 20000" {
			t.Errorf("errors %q, want %q; the connection has %s", failures, want, accepted)
		}
	}
}

func TestOtherOptionsPass(t *testing.T) {
	pod := startTuned(t, "exec $as "+peer+" sleep", "--keepalive=300/10/5", "--user-timeout=20", "--override")
	for _, sets := range []string{"lowat=4321", "lowat:8=4321", "lowat:9000=4321", "mark=1"} {
		name, _, _ := strings.Cut(strings.ReplaceAll(sets, ":", "="), "=")
		value := sets[strings.LastIndex(sets, "=")+1:]
		if got := pod.exchange("--mptcp=false --accepted="+sets, "127.0.0.1:0").Accepted[name]; fmt.Sprint(got) != value {
			t.Errorf("%s: reads %d", sets, got)
		}
	}
}

func TestConnectionsThatThePodOpensAreLeftAlone(t *testing.T) {
	const ours = "net.ipv4.tcp_keepalive_time=300 net.ipv4.tcp_keepalive_intvl=10 net.ipv4.tcp_keepalive_probes=5"
	for sysctls, cases := range map[string]map[string]string{
		"": {
			"": "off 7200/75/9 0",
			"--dialed=keepalive=1,idle=600,interval=60,probes=8,timeout=60000": "on 600/60/8 60000",
			"--dialed=timeout=60000,timeout=0":                                 "off 7200/75/9 0",
			"--dialer=keepalive=1,idle=600,idle=700":                           "on 700/75/9 0",
		},
		ours: {
			"": "off 300/10/5 0",
			"--dialer=keepalive=1,idle=600,interval=60,probes=8,timeout=60000": "on 600/60/8 60000",
			"--dialed=keepalive=1,idle=600,interval=60,probes=8,timeout=60000": "on 600/60/8 60000",
			"--dialed=keepalive=1,keepalive=0,timeout=60000,timeout=0":         "off 300/10/5 0",
		},
	} {
		arguments := append([]string{"--keepalive=300/10/5", "--user-timeout=20", "--override"}, strings.Fields(sysctls)...)
		pod := startTuned(t, "exec $as "+peer+" sleep", arguments...)
		for sets, want := range cases {
			if _, dialed, failures := pod.accept("--mptcp=false "+sets, "127.0.0.1:0"); dialed != want || len(failures) > 0 {
				t.Errorf("%s: %s, want %s; errors %q", sets, dialed, want, failures)
			}
		}
	}
}
