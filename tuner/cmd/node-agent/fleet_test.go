package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	goruntime "runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/sysctl"
)

var fleetPage = flag.String("page", "", "`FILE`, docs/scale.md, with the table between two comments: simulate 5,000 nodes and rewrite it")

const (
	fleetNodes   = 5000
	fleetTunings = 1000
	history      = 5 * time.Minute // that etcd keeps, as the API server compacts it
	fleetBegin   = "<!-- written by TestReportsOfAFleet -->\n"
	fleetEnd     = "<!-- end -->"
)

// traffic is a kernel in which the counts of every pod change each time that they are read, unless all is still.
type traffic struct{ still atomic.Bool }

type busyPod struct {
	of     *traffic
	counts podtune.Counts
}

func (k *traffic) Attach(string, sockopt.Options, podtune.Sysctls) (podtune.Pod, error) {
	return &busyPod{of: k, counts: podtune.Counts{Open: 12_345, EndedByPeer: 100_000, EndedByServer: 1_000_000, Reset: 10_000, FoundDead: 1000, Since: time.Unix(1_800_000_000, 0)}}, nil
}
func (k *traffic) Possible() (programs, counts error) { return nil, nil }
func (p *busyPod) Close() error                       { return nil }

// Read has two groups: clients, and those of another port.
func (p *busyPod) Read() (podtune.Counts, []podtune.Group, error) {
	if !p.of.still.Load() {
		p.counts.EndedByServer++
	}
	return p.counts, []podtune.Group{
		{Port: 8080, Count: int(p.counts.Open), Keepalive: true, Time: 30, Interval: 7, Probes: 3, UserTimeoutMillis: 50_000},
		{Port: 9090, Count: 2},
	}, nil
}

// fleet is a number of agents, whose clock is the test's, and an API server that counts what they write.
type fleet struct {
	now       time.Time
	plans     *podplan.Set
	reporters []*podReporter
	node      nodeapi.Node // what the operator wants of each
	kernel    *traffic
	written   atomic.Int64
	bytes     atomic.Int64
}

func newFleet(t *testing.T, nodes, podsOfANode int) *fleet {
	t.Helper()
	f := &fleet{now: time.Unix(1_800_000_000, 0), kernel: &traffic{}}
	f.node.Spec.Pods = &nodeapi.Pods{Tuning: "websocket-nodes", CountsEverySeconds: countsEvery(nodes)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		f.written.Add(1)
		f.bytes.Add(n)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"apiVersion":"wstuning.dev/v1alpha1","kind":"WebSocketNodeReport","metadata":{"name":"n"}}`)
	}))
	t.Cleanup(server.Close)
	client, err := nodeapi.NewClient(&rest.Config{Host: server.URL, QPS: -1}, "n")
	if err != nil {
		t.Fatal(err)
	}
	f.plans = podplan.NewSet()
	f.plans.Replace(func() map[string][]podplan.Named { return fleetPlans(1) })
	for i := range nodes {
		reporter := f.agent(client, fmt.Sprintf("node-%05d", i), podsOfANode)
		go reporter.pods.keeper.Run(t.Context())
		f.reporters = append(f.reporters, reporter)
	}
	return f
}

// fleetPlans are those of as many tunings, each in a namespace of its own.
func fleetPlans(tunings int) map[string][]podplan.Named {
	plans := map[string][]podplan.Named{}
	for i := range tunings {
		plan := *chat()
		plan.Arguments = []string{
			"apply", "--plan=" + chatPlan, "--on-error=start", "--keepalive=30/7/3", "--user-timeout=50", "--override", retries + "=6",
			"net.ipv4.tcp_keepalive_time=30", "net.ipv4.tcp_keepalive_intvl=7", "net.ipv4.tcp_keepalive_probes=3",
		}
		plan.OpenFiles = &podplan.OpenFiles{Minimum: 65_536}
		namespace := fmt.Sprintf("team-%04d", i)
		plans[namespace] = []podplan.Named{{Name: "chat", Plan: plan}}
	}
	return plans
}

// agent has that many pods of a tuning, and one more that no tuning owns yet.
func (f *fleet) agent(client *nodeapi.Client, name string, podsOfANode int) *podReporter {
	p := &pods{options: podOptions{reportEvery: reportEvery}, client: client, plans: f.plans, boot: thisBoot, log: slog.New(slog.DiscardHandler)}
	p.keeper = podtune.NewKeeper(podtune.Host{
		Plans: f.plans.Of, Kernel: f.kernel,
		Allowed: func() bool { return true }, HasKey: func(sysctl.Key) bool { return true },
		Cgroup: func(string) (string, error) { return "/none", nil },
	}, p.log, func() { p.touched.Store(true) })
	p.keeper.Synchronize(nil, podtune.Runtime{Name: "containerd"})
	for i := range podsOfANode + 1 {
		id := fmt.Sprintf("%s-%02d", name, i)
		sandbox := podtune.Sandbox{ID: id, UID: fmt.Sprintf("%036s", id), Namespace: "team-0000", Name: "chat-6d5f8b7c9d-" + id, Facts: podplan.Facts{
			Labels: map[string]string{"app": "chat"}, Namespaces: []string{"network", "pid"},
		}}
		if i == podsOfANode {
			sandbox.Facts.Labels = map[string]string{"app": later}
		}
		container := podtune.Container{ID: fmt.Sprintf("%064s", id), Name: "chat"}
		if _, err := p.keeper.Creating(sandbox, container); err != nil {
			panic(err)
		}
		p.keeper.Started(sandbox, container)
	}
	return newPodReporter(p, name, f.now)
}

// load is what the API server had.
type load struct {
	seconds, busiest int
	writes, bytes    int64
}

func (l load) aSecond() float64 { return float64(l.writes) / float64(l.seconds) }

// pass lets the agents look once a second, as their tickers do.
func (f *fleet) pass(seconds int) load {
	f.written.Store(0)
	f.bytes.Store(0)
	l := load{seconds: seconds}
	for range seconds {
		before := f.written.Load()
		for _, reporter := range f.reporters {
			reporter.look(context.Background(), &f.node, f.now)
		}
		l.busiest = max(l.busiest, int(f.written.Load()-before))
		f.now = f.now.Add(time.Second)
	}
	l.writes, l.bytes = f.written.Load(), f.bytes.Load()
	return l
}

// later is the label of pods of which a tuning is made later.
const later = "later"

// tune has the plan of a new tuning reach every agent in one moment: each has a pod that it selects.
func (f *fleet) tune(t *testing.T) {
	t.Helper()
	plan := fleetPlans(1)["team-0000"][0]
	plan.Name, plan.Selector = later, podplan.Selector{MatchLabels: map[string]string{"app": later}}
	f.plans.Put("team-0000", plan)
	for _, reporter := range f.reporters {
		reporter.pods.keeper.LookAgain()
	}
	eventually(t, "all agents have looked", func() bool {
		return !slices.ContainsFunc(f.reporters, func(r *podReporter) bool { return !r.pods.keeper.Complete() })
	})
}

// fair is how many of that many agents may write in one second, if each writes that often: the mean, and four deviations of
// moments that know nothing of each other.
func fair(nodes int, every time.Duration) int {
	mean := float64(nodes) / every.Seconds()
	return int(mean + 4*math.Sqrt(mean))
}

// countsEvery is how often the operator lets that many agents report counts, as CountsPaceTest has it.
func countsEvery(nodes int) int64 {
	const reports = 62.5 // a second, of all nodes
	seconds := int64(10)
	for seconds < 160 && float64(nodes) > reports*float64(seconds) {
		seconds *= 2
	}
	return seconds
}

// TestReportsOfAFleet has agents write at a pace that the API server does not feel, however they start and regardless of what changes.
func TestReportsOfAFleet(t *testing.T) {
	nodes, pods, traffic := 500, []int{2}, time.Minute
	if *fleetPage != "" {
		nodes, pods, traffic = fleetNodes, []int{2, 20}, history
	}
	every := time.Duration(countsEvery(nodes)) * time.Second
	rows := []string{}
	for _, podsOfANode := range pods {
		f := newFleet(t, nodes, podsOfANode)
		start := f.pass(2 * int(reportEvery/time.Second))
		busy := f.pass(int(traffic / time.Second))
		f.kernel.still.Store(true)
		f.pass(int((every + 2*reportEvery) / time.Second))
		quiet := f.pass(300)
		f.tune(t)
		tuned := f.pass(30)

		for name, l := range map[string]load{"start": start, "tuned": tuned} {
			if l.busiest > fair(nodes, reportEvery) {
				t.Errorf("%d pods a node, %s: %d writes in one second, want at most %d", podsOfANode, name, l.busiest, fair(nodes, reportEvery))
			}
		}
		if busy.busiest > fair(nodes, every) {
			t.Errorf("%d pods a node, with traffic: %d writes in one second, want at most %d", podsOfANode, busy.busiest, fair(nodes, every))
		}
		if start.writes < int64(nodes) || busy.writes < int64(nodes)*int64(traffic/every-1) {
			t.Errorf("%d pods a node: only %d and %d reports of %d nodes were written", podsOfANode, start.writes, busy.writes, nodes)
		}
		if quiet.writes != 0 || tuned.writes != int64(nodes) {
			t.Errorf("%d pods a node: %d reports were written although nothing was another, and %d when each was", podsOfANode, quiet.writes, tuned.writes)
		}
		rows = append(rows, fleetRows(podsOfANode, nodes, start, busy, quiet, tuned)...)
	}
	rows = append(rows, planRow(t))
	table := fmt.Sprintf("%s, %s.\n\n| Work | Must be | Is |\n|---|---|---|\n%s\n", time.Now().UTC().Format(time.DateOnly), strings.Replace(goruntime.Version(), "go", "Go ", 1), strings.Join(rows, "\n"))
	t.Log(table)
	if *fleetPage != "" {
		writeFleetTable(t, table)
	}
}

func fleetRows(podsOfANode, nodes int, start, busy, quiet, tuned load) []string {
	title := fmt.Sprintf("%d nodes with %d pods each", nodes, podsOfANode)
	size := float64(busy.bytes) / float64(busy.writes) / 1024
	kept := busy.aSecond() * size / 1024 * history.Seconds()
	every := countsEvery(nodes)
	most := fair(nodes, time.Duration(every)*time.Second)
	return []string{
		fmt.Sprintf("| %s: all agents start in one second | at most %d reports in any second | %d in the busiest |", title, fair(nodes, reportEvery), start.busiest),
		fmt.Sprintf("| %s: a new tuning selects a pod of each | at most %d reports in any second | %d in the busiest |", title, fair(nodes, reportEvery), tuned.busiest),
		fmt.Sprintf("| %s: counters of every pod change all the time, reported every %d s | at most %d reports in any second | %s%.0f a second, %d in the busiest, of %.1f KiB each |", title, every, most, missed(busy.busiest > most), busy.aSecond(), busy.busiest, size),
		fmt.Sprintf("| ... which etcd keeps for five minutes | at most 1024 MiB, half of its default quota | %s%.0f MiB |", missed(kept > 1024), kept),
		fmt.Sprintf("| %s: nothing changes, for five minutes | no report | %d |", title, quiet.writes),
	}
}

func missed(missed bool) string {
	if missed {
		return "**no**: "
	}
	return ""
}

// planRow measures what the plans of all tunings take in an agent.
func planRow(t *testing.T) string {
	t.Helper()
	var before, after goruntime.MemStats
	goruntime.GC()
	goruntime.ReadMemStats(&before)
	set := podplan.NewSet()
	set.Replace(func() map[string][]podplan.Named { return fleetPlans(fleetTunings) })
	goruntime.GC()
	goruntime.ReadMemStats(&after)
	kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 10
	if plans, known := set.Of("team-0999"); !known || len(plans) != 1 {
		t.Errorf("%v, %v", plans, known)
	}
	const most = 4096
	if kept > most {
		t.Errorf("%d plans take %d KiB", fleetTunings, kept)
	}
	return fmt.Sprintf("| the plans of %d tunings, in the memory of each agent | at most %d KiB | %d KiB |", fleetTunings, most, kept)
}

func writeFleetTable(t *testing.T, table string) {
	t.Helper()
	text, err := os.ReadFile(*fleetPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), fleetBegin)
	_, after, ended := strings.Cut(rest, fleetEnd)
	if !found || !ended {
		t.Fatalf("%s has no place for the table: add the lines\n%s%s", *fleetPage, fleetBegin, fleetEnd)
	}
	if err := os.WriteFile(*fleetPage, []byte(before+fleetBegin+table+fleetEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
