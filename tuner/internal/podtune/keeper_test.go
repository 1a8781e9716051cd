package podtune

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/openfiles"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/sysctl"
)

const (
	hash    = "v1:0123456789ab"
	retries = "net.ipv4.tcp_retries2"
)

func chat(onError string, settings ...string) podplan.Named {
	return podplan.Named{Name: "chat", Plan: podplan.Plan{
		Created: time.Unix(1000, 0), Via: podplan.NodeAgent, Selector: podplan.Selector{MatchLabels: map[string]string{"app": "chat"}},
		Arguments: append([]string{"apply", "--plan=" + hash, "--on-error=" + onError, "--user-timeout=340"}, settings...), Hash: hash,
	}}
}

// kernel attaches to pods by the end of their cgroup's name.
type kernel struct {
	attach func(cgroup string, options sockopt.Options, sysctls Sysctls) (Pod, error)
	counts error
}

func (k *kernel) Attach(cgroup string, options sockopt.Options, sysctls Sysctls) (Pod, error) {
	return k.attach(cgroup, options, sysctls)
}
func (k *kernel) Possible() (programs, counts error) { return nil, k.counts }

type attached struct {
	counts Counts
	groups []Group
	err    error
	closed *int
}

func (a *attached) Read() (Counts, []Group, error) { return a.counts, a.groups, a.err }
func (a *attached) Close() error {
	if a.closed != nil {
		*a.closed++
	}
	return nil
}

type testNode struct {
	*Keeper
	plans   []podplan.Named
	known   bool
	allowed bool
	kernel  *kernel
	changes int
}

func newNode(plans ...podplan.Named) *testNode {
	n := &testNode{plans: plans, known: true, allowed: true, kernel: &kernel{}}
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) { return &attached{}, nil }
	n.Keeper = NewKeeper(Host{
		Plans:   func(string) ([]podplan.Named, bool) { return n.plans, n.known },
		Allowed: func() bool { return n.allowed },
		HasKey:  func(sysctl.Key) bool { return true },
		Kernel:  n.kernel,
		Cgroup:  func(parent string) (string, error) { return parent, nil },
	}, slog.New(slog.NewTextHandler(io.Discard, nil)), func() { n.changes++ })
	n.Synchronize(nil, Runtime{Name: "containerd"})
	return n
}

// lookAgain is what Run does.
func (n *testNode) lookAgain() {
	for _, p := range n.all() {
		n.attachLater(p)
	}
}

func sandbox(name string) Sandbox {
	return Sandbox{ID: "s-" + name, UID: "u-" + name, Namespace: "default", Name: name, CgroupParent: "/" + name, Facts: podplan.Facts{
		Labels: map[string]string{"app": "chat"}, Namespaces: []string{"network", "pid"},
	}}
}

// start is what the runtime does to a container.
func (n *testNode) start(s Sandbox, name string) (Adjustment, error) {
	c := Container{ID: "c-" + s.Name + name, Name: name, Running: true, Limits: openfiles.Limits{Soft: 1024, Hard: 4096}}
	adjustment, err := n.Creating(s, c)
	if err == nil {
		c.Note, c.Sysctls = adjustment.Note, adjustment.Sysctls
		n.Started(s, c)
	}
	return adjustment, err
}

func (n *testNode) only(t *testing.T) nodeapi.PodReport {
	t.Helper()
	pods, left := n.Report()
	if len(pods) != 1 || left != 0 {
		t.Fatalf("reported %+v, %d left", pods, left)
	}
	return pods[0]
}

func TestWhyAPodIsNotTunedIsReportedWhileAPlanWantsIt(t *testing.T) {
	for why, change := range map[string]func(n *testNode){
		"before the agent knew any plan":         func(n *testNode) { n.known, n.plans = false, nil },
		"before the plan of its tuning reached":  func(n *testNode) { n.plans = nil },
		"had via: Admission":                     func(n *testNode) { n.plans[0].Via = podplan.Admission },
		"its tuning had no plan":                 func(n *testNode) { n.plans[0].Arguments = nil },
		"no WebSocketNodeTuning with pods":       func(n *testNode) { n.allowed = false },
		"this version of the agent does not und": func(n *testNode) { n.plans[0].Arguments = []string{"apply", "--new"} },
	} {
		t.Run(why, func(t *testing.T) {
			n := newNode(chat("hold", retries+"=8"))
			change(n)
			if adjustment, err := n.start(sandbox("a"), "server"); err != nil || adjustment.Sysctls != nil || adjustment.Note != "" {
				t.Fatalf("it gets %+v, %v", adjustment, err)
			}
			n.plans, n.known = []podplan.Named{chat("start", retries+"=8")}, true
			n.lookAgain()
			about := n.only(t)
			if !strings.HasPrefix(about.Problem, "the pod ") || !strings.Contains(about.Problem, why) || about.Plan != "" || about.Boot != "" || about.Tuning != "chat" || about.Connections == nil {
				t.Errorf("reported %+v", about)
			}
			if adjustment, err := n.start(sandbox("a"), "server"); err != nil || adjustment.Sysctls != nil {
				t.Errorf("created again, it gets %+v, %v", adjustment, err)
			}
		})
	}
}

func TestInAUserNamespaceSysctlsAreNotSet(t *testing.T) {
	n := newNode(chat("start", retries+"=8", "net.ipv4.tcp_keepalive_time=300"))
	var had Sysctls
	n.kernel.attach = func(_ string, _ sockopt.Options, sysctls Sysctls) (Pod, error) {
		had = sysctls
		return &attached{}, nil
	}
	s := sandbox("a")
	s.Facts.Namespaces = append(s.Facts.Namespaces, "user")
	if adjustment, err := n.start(s, "server"); err != nil || len(adjustment.Sysctls) != 0 {
		t.Errorf("it gets %+v, %v", adjustment, err)
	}
	if boot := n.only(t).Boot; strings.Count(boot, "hostUsers: false") != 2 || !strings.Contains(boot, `"sockets":{"by":"Programs","done":true}`) {
		t.Errorf("reported %s", boot)
	}
	if had != unset {
		t.Errorf("the programs compare with %+v", had)
	}
}

func TestWithoutSysctlsInTheRuntimeTheRestIsDone(t *testing.T) {
	n := newNode(chat("start", retries+"=8"))
	n.Synchronize(nil, Runtime{Name: "containerd", NoSysctls: "the container runtime is too old"})
	if adjustment, err := n.start(sandbox("a"), "server"); err != nil || len(adjustment.Sysctls) != 0 {
		t.Errorf("it gets %+v, %v", adjustment, err)
	}
	if boot := n.only(t).Boot; !strings.Contains(boot, "too old") || !strings.Contains(boot, `"done":true`) {
		t.Errorf("reported %s", boot)
	}
	n.plans[0] = chat("hold", retries+"=8")
	if _, err := n.start(sandbox("b"), "server"); err == nil || !strings.Contains(err.Error(), "too old") {
		t.Errorf("it is not held: %v", err)
	}
	n.Synchronize([]Seen{{Sandbox: sandbox("b")}}, Runtime{Name: "containerd"}) // after an update
	if adjustment, err := n.start(sandbox("b"), "server"); err != nil || adjustment.Sysctls[retries] != "8" {
		t.Errorf("it gets %+v, %v", adjustment, err)
	}
}

// A runtime may take the adjustment and not do it.
func TestWhatTheRuntimeDidNotSetIsNotReportedAsSet(t *testing.T) {
	n := newNode(chat("start", retries+"=8"))
	c := Container{ID: "1", Name: "server", Running: true}
	if _, err := n.Creating(sandbox("a"), c); err != nil {
		t.Fatal(err)
	}
	n.Started(sandbox("a"), c)
	if boot := n.only(t).Boot; !strings.Contains(boot, `"values":[null]`) || !strings.Contains(boot, "the container runtime did not set it") {
		t.Errorf("reported %s", boot)
	}
}

func TestOnlyTheServerIsHeld(t *testing.T) {
	plan := chat("hold")
	plan.Container = "server"
	n := newNode(plan)
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) { return nil, errors.New("no programs") }
	for container, held := range map[string]bool{"init": false, "wst-observe-1": false, "server": true} {
		if _, err := n.start(sandbox("a"), container); (err != nil) != held {
			t.Errorf("%s ends with %v", container, err)
		}
	}
}

func TestAKernelThatHangsDoesNotHoldUpTheRuntime(t *testing.T) {
	n := newNode(chat("start"))
	release, attempts := make(chan struct{}), 0
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) {
		attempts++
		<-release
		return &attached{}, nil
	}
	began := time.Now()
	for _, container := range []string{"server", "helper"} { // which waits no more
		if _, err := n.start(sandbox("a"), container); err != nil || time.Since(began) > 1500*time.Millisecond {
			t.Errorf("it took %v, %v", time.Since(began), err)
		}
	}
	n.lookAgain()
	if about := n.only(t); !n.Complete() || about.Connections != nil || !strings.Contains(about.Boot, `"done":false,"error":"the kernel did not answer within 1s"`) {
		t.Errorf("complete %v, reported %+v", n.Complete(), about)
	}
	close(release)
	for range 200 { // what comes late counts
		if strings.Contains(n.only(t).Boot, `"done":true`) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if about := n.only(t); about.Connections == nil || !strings.Contains(about.Boot, `"done":true`) || attempts != 1 || n.Problem() != "" {
		t.Errorf("after %d attempts, reported %+v, problem %q", attempts, about, n.Problem())
	}
}

func TestWhatComesLateForAPodThatHasEndedIsLetGo(t *testing.T) {
	n := newNode(chat("start"))
	release, closed := make(chan struct{}), make(chan struct{})
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) {
		<-release
		return closing{closed}, nil
	}
	if _, err := n.start(sandbox("a"), "server"); err != nil {
		t.Fatal(err)
	}
	n.Removed("s-a")
	close(release)
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Error("it is held")
	}
}

type closing struct{ closed chan struct{} }

func (c closing) Read() (Counts, []Group, error) { return Counts{}, nil, nil }
func (c closing) Close() error {
	close(c.closed)
	return nil
}

// A kernel may refuse the programs that set options, and yet count.
func TestConnectionsAreCountedThoughTheyCannotGetTheirOptions(t *testing.T) {
	for _, onError := range []string{"start", "hold"} {
		t.Run(onError, func(t *testing.T) {
			n := newNode(chat(onError))
			refused, closed := errors.New("no program can be attached"), 0
			n.kernel.attach = func(_ string, options sockopt.Options, _ Sysctls) (Pod, error) {
				if options.Wanted() && refused != nil {
					return nil, refused
				}
				return &attached{counts: Counts{Open: 3, Since: time.Unix(1, 0)}, closed: &closed}, nil
			}
			_, err := n.start(sandbox("a"), "server")
			if onError == "hold" {
				if err == nil || !strings.Contains(err.Error(), "no program can be attached") {
					t.Errorf("it is not held: %v", err)
				}
				if _, err = n.start(sandbox("a"), "server"); err == nil {
					t.Error("it is held once only")
				}
			} else if about := n.only(t); err != nil || !strings.Contains(about.Boot, `"sockets":{"by":"Programs","done":false,"error":"no program can be attached"}`) {
				t.Errorf("reported %+v, %v", about, err)
			}
			if about := n.only(t); !n.Complete() || about.Connections == nil || about.Connections.Open != 3 ||
				n.Problem() != "pods whose connections do not get the options of their plan: 1, such as default/a: no program can be attached" {
				t.Errorf("complete %v, reported %+v, problem %q", n.Complete(), about, n.Problem())
			}
			if closed != 0 {
				t.Errorf("let go of %d times", closed)
			}
			refused = nil
			if _, err := n.start(sandbox("a"), "server"); err != nil {
				t.Errorf("it is held: %v", err)
			}
			if about := n.only(t); !strings.Contains(about.Boot, `"done":true`) || about.Connections == nil || n.Problem() != "" || closed != 1 {
				t.Errorf("reported %+v, problem %q, let go of %d times", about, n.Problem(), closed)
			}
		})
	}
}

func TestWhatFailedIsTriedAgainByItself(t *testing.T) {
	n := newNode(chat("start"))
	n.retryEvery = 10 * time.Millisecond
	failing := atomic.Bool{}
	failing.Store(true)
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) {
		if failing.Load() {
			return nil, errors.New("no memory")
		}
		return &attached{}, nil
	}
	if _, err := n.start(sandbox("a"), "server"); err != nil || n.only(t).Connections != nil {
		t.Fatal(err)
	}
	go n.Run(t.Context())
	failing.Store(false)
	for range 300 {
		if n.only(t).Connections != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("it is not counted")
}

// The kernel lists a part of many connections.
func TestConnectionsThatAreNotListedAreOthers(t *testing.T) {
	n := newNode(chat("start"))
	pod := &attached{counts: Counts{Open: 60_000}, groups: []Group{{Port: 8080, Count: 4000}, {Port: 9090, Count: 96}}}
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) { return pod, nil }
	n.start(sandbox("a"), "server")
	if about := n.only(t); about.OthersSockets != 60_000-4096 || len(about.Sockets) != 2 {
		t.Errorf("reported %+v", about)
	}
	pod.counts.Open = 4095 // one ended between the two
	if about := n.only(t); about.OthersSockets != 0 || len(about.Sockets) != 2 {
		t.Errorf("reported %+v", about)
	}
}

func TestPodsAreLetGoWhenTheyEnd(t *testing.T) {
	n := newNode(chat("start"))
	closed := 0
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) { return &attached{closed: &closed}, nil }
	for _, name := range []string{"a", "b", "c"} {
		if _, err := n.start(sandbox(name), "server"); err != nil {
			t.Fatal(err)
		}
	}
	n.Removed("s-a")
	n.Removed("s-a")
	n.ending.Wait()
	if closed != 1 {
		t.Errorf("%d of 1 let go", closed)
	}
	n.Synchronize([]Seen{{Sandbox: sandbox("b")}}, Runtime{}) // c ended while nothing was heard
	n.ending.Wait()
	if closed != 2 {
		t.Errorf("%d of 2 let go", closed)
	}
	n.Close()
	if closed != 3 {
		t.Errorf("%d of 3 let go", closed)
	}
}

func crowded(t *testing.T, name string) (n *testNode, groups []Group) {
	t.Helper()
	n = newNode(chat("start", "net.ipv4.ip_local_port_range=1024 65535", "net.ipv4.tcp_rmem=4096 131072 6291456", "net.ipv4.tcp_wmem=4096 131072 6291456"))
	for i := range 40 {
		groups = append(groups, Group{Port: 65000, Count: 1000 + i, Keepalive: true, Time: 32767, Interval: 32767, Probes: 127, UserTimeoutMillis: uint32(i)})
	}
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) {
		return &attached{counts: Counts{Open: 1 << 50, Since: time.Unix(2000, 0)}, groups: groups}, nil
	}
	for i := range mostPods + 10 {
		if _, err := n.start(sandbox(fmt.Sprintf("%s-%04d", name, i)), "server"); err != nil {
			t.Fatal(err)
		}
	}
	return n, groups
}

func TestTheReportIsBounded(t *testing.T) {
	n, _ := crowded(t, "chat")
	pods, left := n.Report()
	if len(pods) != mostPods || left != 10 || !strings.HasSuffix(pods[511].Name, "0511") {
		t.Fatalf("%d pods, %d left", len(pods), left)
	}
	for _, pod := range pods {
		text, err := json.Marshal(pod)
		if err != nil || len(text) > podBytes {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		listed := 0
		for i, group := range pod.Sockets {
			listed += group.Count
			if group.Count != 1039-i {
				t.Fatalf("group %d has %d", i, group.Count)
			}
		}
		if all := 1 << 50; listed+pod.OthersSockets != all || len(pod.Sockets) > mostGroups || len(pod.Sockets) < 4 {
			t.Fatalf("%d groups have %d, others %d, of %d", len(pod.Sockets), listed, pod.OthersSockets, all)
		}
	}
}

// Pods with the longest names and reports have room for one group.
func TestALongReportHasFewerPods(t *testing.T) {
	n, _ := crowded(t, strings.Repeat("x", 1400))
	pods, left := n.Report()
	text, err := json.Marshal(pods)
	if err != nil || len(text) > mostBytes || len(text) < mostBytes-5000 || len(pods)+left != mostPods+10 {
		t.Errorf("%d bytes, %d pods, %d left, %v", len(text), len(pods), left, err)
	}
	if len(pods[0].Sockets) != 1 || pods[0].Sockets[0].Count != 1039 {
		t.Errorf("the first has %+v", pods[0].Sockets)
	}
}

func TestWhatCannotBeReadIsNotCounted(t *testing.T) {
	n := newNode(chat("start"))
	n.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) { return &attached{err: errors.New("torn")}, nil }
	if _, err := n.start(sandbox("a"), "server"); err != nil {
		t.Fatal(err)
	}
	if about := n.only(t); about.Connections != nil || about.Sockets != nil || n.Problem() != "pods that are not counted: 1, such as default/a: torn" {
		t.Errorf("reported %+v, problem %q", about, n.Problem())
	}
	n.kernel.counts = errors.New("the kernel has no BTF") // which concerns the node, not its pods
	n.pods["s-a"].unread = ""
	if about := n.only(t); about.Connections != nil || n.Problem() != "" {
		t.Errorf("reported %+v, problem %q", about, n.Problem())
	}
}

// What the agent before reported must not be replaced by less.
func TestAReportIsCompleteWhenAllPodsWereLookedAt(t *testing.T) {
	n := newNode(chat("start"))
	before, err := n.start(sandbox("a"), "server")
	if err != nil || !n.Complete() {
		t.Fatalf("complete: %v, %v", n.Complete(), err)
	}
	next := newNode(chat("start"))
	next.synchronized = false
	if next.Complete() {
		t.Error("it is complete before the runtime listed its pods")
	}
	next.Synchronize([]Seen{{Sandbox: sandbox("a"), Containers: []Container{{ID: "1", Name: "server", Running: true, Note: before.Note}}}}, Runtime{})
	if next.Complete() {
		t.Error("it is complete before anything is attached")
	}
	next.lookAgain()
	if next.known = false; next.Complete() {
		t.Error("it is complete without plans")
	}
	next.known = true
	if one, other := n.only(t), next.only(t); !next.Complete() || one.Plan != other.Plan || !strings.Contains(other.Boot, `"done":true`) {
		t.Errorf("complete: %v, reported %+v", next.Complete(), other)
	}
	failing := newNode(chat("start"))
	failing.kernel.attach = func(string, sockopt.Options, Sysctls) (Pod, error) { return nil, errors.New("no") }
	if failing.start(sandbox("a"), "server"); !failing.Complete() {
		t.Error("a pod that cannot be attached to keeps it from being complete")
	}
}

// Agents may change between the creation of a container and its start.
func TestAContainerThatTheAgentBeforeHadCreatedIsTuned(t *testing.T) {
	c := Container{ID: "1", Name: "server"}
	adjustment, err := newNode(chat("start", retries+"=8")).Creating(sandbox("a"), c)
	if err != nil {
		t.Fatal(err)
	}
	c.Note, c.Sysctls = adjustment.Note, adjustment.Sysctls
	next, wanted := newNode(chat("start", retries+"=8")), false
	next.kernel.attach = func(_ string, options sockopt.Options, _ Sysctls) (Pod, error) {
		wanted = options.Wanted()
		return &attached{}, nil
	}
	next.Synchronize([]Seen{{Sandbox: sandbox("a"), Containers: []Container{c}}}, Runtime{})
	next.lookAgain()
	c.Running = true
	next.Started(sandbox("a"), c)
	if next.Complete() {
		t.Error("it is complete before the options are there")
	}
	next.lookAgain()
	if about := next.only(t); !next.Complete() || !wanted || about.Plan != hash || about.Problem != "" || !strings.Contains(about.Boot, `"values":["8"]`) || !strings.Contains(about.Boot, `"done":true`) {
		t.Errorf("options are wanted %v, reported %+v", wanted, about)
	}
}

func TestNotesThatAreNotUnderstoodAreIgnored(t *testing.T) {
	n := newNode(chat("start", retries+"=8"))
	adjustment, err := n.start(sandbox("a"), "server")
	if err != nil {
		t.Fatal(err)
	}
	good := adjustment.Note
	for name, text := range map[string]string{
		"no JSON":     "{",
		"a plan":      `{"tuning":"chat","plan":{"plan":"x","created":"2026-11-30T22:00:00Z"}}`,
		"the values":  `{"tuning":"chat","plan":{"plan":"` + hash + `","created":"2026-11-30T22:00:00Z","arguments":["apply","--plan=` + hash + `","` + retries + `=8"]},"values":["8","9"]}`,
		"its length":  strings.Replace(good, `"tuning":"chat"`, `"tuning":"`+strings.Repeat("x", longest)+`"`, 1),
		"a bad error": `{"tuning":"chat","errors":[{"at":"one"}]}`,
	} {
		n := newNode(chat("start"))
		n.Synchronize([]Seen{{Sandbox: sandbox("a"), Containers: []Container{{ID: "1", Name: "server", Running: true, Note: text}}}}, Runtime{})
		if about := n.only(t); about.Plan != "" || about.Problem != "the pod was created while no agent served its node" {
			t.Errorf("%s: reported %+v", name, about)
		}
	}
}

func TestTheCountsOfATuningOnlyGrow(t *testing.T) {
	n := newNode(chat("start"))
	a := &attached{counts: Counts{Open: 3, Reset: 5, EndedByPeer: 1, Since: time.Unix(1, 0)}}
	b := &attached{counts: Counts{Open: 4, Reset: 1, FoundDead: 2, EndedByServer: 6, Since: time.Unix(1, 0)}}
	n.kernel.attach = func(cgroup string, _ sockopt.Options, _ Sysctls) (Pod, error) {
		if cgroup == "/a" {
			return a, nil
		}
		return b, nil
	}
	page := func() string {
		n.Report()
		var text strings.Builder
		if written, err := n.Totals.WriteTo(&text); err != nil || int(written) != text.Len() {
			t.Errorf("wrote %d of %d, %v", written, text.Len(), err)
		}
		return text.String()
	}
	expect := func(when string, open, reset, pods int) {
		t.Helper()
		got := page()
		for _, want := range []string{
			fmt.Sprintf("connections_open{namespace=\"default\",tuning=\"chat\"} %d\n", open),
			fmt.Sprintf("ended_total{namespace=\"default\",tuning=\"chat\",cause=\"reset\"} %d\n", reset),
			fmt.Sprintf("agent_pods{namespace=\"default\",tuning=\"chat\"} %d\n", pods),
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %s in\n%s", when, want, got)
			}
		}
	}
	n.start(sandbox("a"), "server")
	n.start(sandbox("b"), "server")
	expect("two pods", 7, 6, 2)
	expect("nothing new", 7, 6, 2)
	a.counts.Reset = 8
	expect("three resets", 7, 9, 2)
	a.counts.Reset = 10 // as its server ends
	n.Removed("s-a")
	n.ending.Wait()
	expect("one pod ended", 4, 11, 1)
	n.start(sandbox("a"), "server") // in another sandbox; counting goes on
	expect("its sandbox was made again", 7, 11, 2)
	n.Removed("s-a")
	n.ending.Wait()
	b.counts = Counts{Open: 1, Reset: 1, Since: time.Unix(2, 0)}
	expect("counting began again", 1, 12, 1)
	if got := page(); !strings.Contains(got, `cause="dead"} 2`) || !strings.Contains(got, `cause="server"} 6`) || !strings.Contains(got, `cause="peer"} 1`) {
		t.Errorf("the other causes are wrong in\n%s", got)
	}
}

func TestTheTuningsThatAreCountedAreBounded(t *testing.T) {
	totals := newTotals()
	for i := range mostTotals + 50 {
		totals.update(map[string]counted{"uid": {tuning{"default", fmt.Sprint(i)}, Counts{Reset: 1}}})
	}
	if len(totals.byTuning) > mostTotals {
		t.Errorf("%d", len(totals.byTuning))
	}
	if _, known := totals.byTuning[tuning{"default", fmt.Sprint(mostTotals + 49)}]; !known {
		t.Error("the latest is not counted")
	}
}

// Metrics that begin with what pods have counted so far would pass for new connections.
func TestTheNextAgentGoesOnWithTheTotals(t *testing.T) {
	pod := func(reset uint64) map[string]counted {
		return map[string]counted{"uid": {tuning{"default", "chat"}, Counts{Reset: reset, Since: time.Unix(1, 5)}}}
	}
	before := newTotals()
	before.ended("other", counted{tuning{"default", "chat"}, Counts{Reset: 7}})
	if kept := before.Keep(); kept != nil {
		t.Errorf("an agent that waits for its turn keeps %+v", kept)
	}
	before.update(pod(5))
	before.ended("gone", counted{tuning{"default", "chat"}, Counts{Reset: 100}})
	text, err := json.Marshal(before.Keep())
	if err != nil {
		t.Fatal(err)
	}
	var kept KeptTotals
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	next := newTotals()
	next.Recall(kept)
	next.update(pod(6))
	if got := next.byTuning[tuning{"default", "chat"}].ended; got != (Ended{Reset: 106}) {
		t.Errorf("counted %+v", got)
	}
	next.Recall(kept)
	next.update(map[string]counted{"uid": {tuning{"default", "other"}, pod(9)["uid"].counts}}) // which owns the pod from now on
	next.ended("uid", pod(8)["uid"])                                                           // read before
	for name, want := range map[string]uint64{"chat": 106, "other": 3} {
		if got := next.byTuning[tuning{"default", name}].ended.Reset; got != want {
			t.Errorf("%s has %d, want %d", name, got, want)
		}
	}
}

func TestThePodsThatAreKnownToTotalsAreBounded(t *testing.T) {
	totals := newTotals()
	for i := range mostEnded + 50 {
		totals.update(map[string]counted{fmt.Sprint(i): {tuning{"default", "chat"}, Counts{Reset: 1}}})
	}
	if _, known := totals.last["50"]; len(totals.last) != mostEnded+1 || !known {
		t.Errorf("%d", len(totals.last))
	}
	if got := totals.byTuning[tuning{"default", "chat"}].ended.Reset; got != mostEnded+50 {
		t.Errorf("counted %d", got)
	}
}
