package nritest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/sysctl"
)

const chatPlan = "v1:0123456789ab"

// chat tunes pods with app=chat.
func chat(onError string) podplan.Named {
	return podplan.Named{Name: "chat", Plan: podplan.Plan{
		Created: time.Unix(1000, 0), Via: podplan.NodeAgent, Selector: podplan.Selector{MatchLabels: map[string]string{"app": "chat"}},
		Arguments: []string{
			"apply", "--plan=" + chatPlan, "--on-error=" + onError, "--keepalive=300/10/5", "--user-timeout=340",
			"net.ipv4.tcp_keepalive_time=300", "net.ipv4.tcp_retries2=8", "net.ipv4.tcp_rto_max_ms=5000",
		},
		Hash: chatPlan, Container: "server", OpenFiles: &podplan.OpenFiles{Minimum: 7000},
	}}
}

// chatSysctls are those of chat that the kernel of the test has.
var chatSysctls = map[string]string{"net.ipv4.tcp_keepalive_time": "300", "net.ipv4.tcp_retries2": "8"}

// kernel notes what it is to do.
type kernel struct {
	mutex    sync.Mutex
	attached []string
	failure  error
	counts   podtune.Counts
}

func (k *kernel) Attach(cgroup string, options sockopt.Options, sysctls podtune.Sysctls) (podtune.Pod, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.failure != nil {
		return nil, k.failure
	}
	what := cgroup
	if options.Wanted() {
		what += " with options"
	}
	if sysctls.Time == 300 && sysctls.Interval == 75 {
		what += " and its own sysctls"
	}
	k.attached = append(k.attached, what)
	return k, nil
}

func (k *kernel) Possible() (programs, counts error)             { return k.failure, k.failure }
func (k *kernel) Read() (podtune.Counts, []podtune.Group, error) { return k.counts, nil, nil }
func (k *kernel) Close() error                                   { return nil }

// node is an agent that tunes pods, with the plans of the namespace default.
type node struct {
	*podtune.Keeper
	plans  *podplan.Set
	kernel *kernel
}

func nodeWith(plans ...podplan.Named) *node {
	n := &node{plans: podplan.NewSet(), kernel: &kernel{}}
	n.plans.Replace(func() map[string][]podplan.Named { return map[string][]podplan.Named{"default": plans} })
	n.Keeper = podtune.NewKeeper(podtune.Host{
		Plans: n.plans.Of, Allowed: func() bool { return true }, Kernel: n.kernel,
		HasKey: func(key sysctl.Key) bool { return key.Name != "net.ipv4.tcp_rto_max_ms" },
		Cgroup: func(parent string) (string, error) { return "/cgroup" + parent, nil },
	}, slog.New(slog.NewTextHandler(io.Discard, nil)), func() {})
	return n
}

// about is what is reported of the only pod.
func (n *node) about(t *testing.T) nodeapi.PodReport {
	t.Helper()
	pods, _ := n.Report()
	if len(pods) != 1 {
		t.Fatalf("%d pods are reported: %+v", len(pods), pods)
	}
	return pods[0]
}

// bootOf reads the report, as the operator does.
func bootOf(t *testing.T, about nodeapi.PodReport) (boot report.Boot) {
	t.Helper()
	if err := json.Unmarshal([]byte(about.Boot), &boot); err != nil {
		t.Fatalf("the report %q: %v", about.Boot, err)
	}
	return boot
}

func pod(name string) container {
	return container{name: name, labels: map[string]string{"app": "chat"}}
}

// sysctls are those of the container that started last.
func (r *containerRuntime) sysctls() map[string]string {
	return r.latest.GetLinux().GetSysctl()
}

func (r *containerRuntime) mustRun(c container) {
	r.t.Helper()
	if _, err := r.run(c); err != nil {
		r.t.Fatal(err)
	}
}

func TestAPodIsTunedWhenItsFirstContainerIsCreated(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	node := nodeWith(chat("start"))
	serving(t, agentFor(t, node, runtime.socket))
	runtime.expect(pod("one"), 7000, 20000)
	if got := runtime.sysctls(); !maps.Equal(got, chatSysctls) {
		t.Errorf("the sysctls are %v", got)
	}
	if got := node.kernel.attached; len(got) != 1 || got[0] != "/cgroup/kubepods/one with options and its own sysctls" {
		t.Errorf("attached %q", got)
	}
	about := node.about(t)
	if about.UID != "uid-one" || about.Tuning != "chat" || about.Plan != chatPlan || about.Problem != "" ||
		about.Container.ID != "containerd://1" || about.Container.OpenFiles.Soft != 7000 {
		t.Errorf("the report is %+v", about)
	}
	boot := bootOf(t, about)
	if *boot.Values[0] != "300" || *boot.Values[1] != "8" || boot.Values[2] != nil || boot.Nofile.Soft != 7000 || !boot.Sockets.Done {
		t.Errorf("the report of the start is %s", about.Boot)
	}
	if len(boot.Errors) != 1 || boot.Errors[0].At != 2 || !strings.Contains(boot.Errors[0].Message, "the node's kernel does not have it") {
		t.Errorf("the errors are %v", boot.Errors)
	}
	// Sysctls last as long as the pod. A container that is created again gets its limit again.
	runtime.expect(pod("one"), 7000, 20000)
	if got := runtime.sysctls(); len(got) != 0 {
		t.Errorf("created again, it has the sysctls %v", got)
	}
}

func TestPodsThatNoPlanOwnsAreLeftAlone(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	older := chat("start")
	older.Name, older.Created, older.Via, older.Arguments = "older", time.Unix(500, 0), podplan.Admission, nil
	older.Selector = podplan.Selector{MatchLabels: map[string]string{"team": "a"}}
	node := nodeWith(chat("start"), older)
	serving(t, agentFor(t, node, runtime.socket))
	untouched := func(c container) {
		t.Helper()
		runtime.expect(c, 0, 0)
		if got := runtime.sysctls(); len(got) != 0 {
			t.Errorf("%s has the sysctls %v", c.name, got)
		}
	}
	untouched(container{name: "unlabelled"})
	if pods, _ := node.Report(); len(pods) != 0 {
		t.Errorf("reported %+v", pods)
	}
	other := pod("of-the-older")
	other.labels["team"] = "a"
	untouched(other)
	if about := node.about(t); about.Tuning != "" || about.Problem != "" || about.Connections == nil {
		t.Errorf("reported %+v", about)
	}
	if got := node.kernel.attached; len(got) != 1 || strings.Contains(got[0], "options") {
		t.Errorf("attached %q", got)
	}
}

func TestWhatThePodIsExcludesIt(t *testing.T) {
	for name, test := range map[string]struct {
		change    func(*container)
		why       string
		openFiles bool
		counted   bool
	}{
		"host network":     {func(c *container) { c.without = "network" }, "uses the host's network", true, false},
		"host pid":         {func(c *container) { c.without = "pid" }, "shares the host's processes", true, false},
		"shared processes": {func(c *container) { c.processes = "/proc/1000/ns/pid" }, "sets shareProcessNamespace", true, false},
		"runtime class":    {func(c *container) { c.handler = "kata" }, "runtime class", false, false},
		"static":           {func(c *container) { c.annotations = map[string]string{"kubernetes.io/config.source": "file"} }, "", false, false},
		"tuned already":    {func(c *container) { c.annotations = map[string]string{"wstuning.dev/tuning": "chat"} }, "was tuned at admission", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			runtime := newRuntime(t)
			runtime.start()
			node := nodeWith(chat("hold"))
			serving(t, agentFor(t, node, runtime.socket))
			excluded := pod("one")
			test.change(&excluded)
			if test.openFiles {
				runtime.expect(excluded, 7000, 20000)
			} else {
				runtime.expect(excluded, 0, 0)
			}
			if got := runtime.sysctls(); len(got) != 0 {
				t.Errorf("the sysctls are %v", got)
			}
			pods, _ := node.Report()
			if test.why == "" {
				if len(pods) != 0 {
					t.Errorf("reported %+v", pods)
				}
				return
			}
			if len(pods) != 1 || !strings.Contains(pods[0].Problem, test.why) || pods[0].Plan != "" || pods[0].Boot != "" || (pods[0].Connections != nil) != test.counted {
				t.Errorf("reported %+v", pods)
			}
		})
	}
}

func TestWhatDoesNotStartWithSysctlsIsStartedWithoutThem(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	node := nodeWith(chat("start"))
	serving(t, agentFor(t, node, runtime.socket))
	failing := pod("one")
	failing.fails = true
	for range 2 {
		if _, err := runtime.run(failing); err == nil {
			t.Fatal("it started")
		}
	}
	runtime.expect(pod("one"), 0, 0)
	if got := runtime.sysctls(); len(got) != 0 {
		t.Errorf("the third attempt has the sysctls %v", got)
	}
	if boot := bootOf(t, node.about(t)); len(boot.Errors) != 3 || !strings.Contains(boot.Errors[0].Message, "failed to start with the sysctls 2 times") || boot.Values[0] != nil {
		t.Errorf("the report is %+v", boot)
	}
	if got := node.kernel.attached; len(got) != 2 || strings.Contains(got[1], "its own sysctls") {
		t.Errorf("attached %q: the programs compare with sysctls that the pod does not have", got)
	}
}

func TestAServerIsHeldUntilAllIsDone(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	plan := chat("hold")
	plan.Arguments = plan.Arguments[:len(plan.Arguments)-1] // without the key that the kernel lacks
	node := nodeWith(plan)
	node.kernel.failure = errors.New("no programs here")
	serving(t, agentFor(t, node, runtime.socket))
	for range 3 {
		if _, err := runtime.run(pod("one")); err == nil || !strings.Contains(err.Error(), "no programs here") {
			t.Fatalf("the attempt ends with %v", err)
		}
	}
	node.kernel.failure = nil
	runtime.expect(pod("one"), 7000, 20000)
	if got := runtime.sysctls(); !maps.Equal(got, chatSysctls) {
		t.Errorf("the sysctls are %v", got)
	}
}

func TestTheNextAgentKnowsWhatAPodGot(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	before := nodeWith(chat("start"))
	connection := agentFor(t, before, runtime.socket)
	serving(t, connection)
	runtime.expect(pod("one"), 7000, 20000)
	untuned := pod("two")
	connection.Ask(false)
	eventually(t, "the agent does not serve", func() bool { return !connection.State().Serving })
	runtime.mustRun(untuned)

	changed := chat("start")
	changed.Arguments, changed.Hash, changed.OpenFiles = []string{"apply", "--plan=v1:ffffffffffff", "--on-error=start", "net.ipv4.tcp_retries2=9"}, "v1:ffffffffffff", nil
	next := nodeWith(changed)
	serving(t, agentFor(t, next, runtime.socket))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go next.Run(ctx)
	eventually(t, "the pods are counted", func() bool {
		pods, _ := next.Report()
		return len(pods) == 2 && pods[0].Connections != nil && pods[1].Connections != nil
	})
	pods, _ := next.Report()
	if len(pods) != 2 || pods[0].Boot != before.about(t).Boot || pods[0].Plan != chatPlan || pods[0].Container.OpenFiles.Soft != 7000 {
		t.Fatalf("reported %+v, before %+v", pods, before.about(t))
	}
	if got := pods[1]; got.Plan != "" || got.Tuning != "chat" || got.Problem != "the pod was created while no agent served its node" || got.Connections == nil {
		t.Errorf("reported %+v", got)
	}
	runtime.expect(pod("one"), 7000, 20000) // by the plan that it got
	runtime.expect(untuned, 0, 0)
	if got := runtime.sysctls(); len(got) != 0 {
		t.Errorf("a pod that was not tuned when it started has the sysctls %v", got)
	}
}

func TestTwoAgentsOfOneNodeTuneAPodOnce(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	before, next := nodeWith(chat("start")), nodeWith(chat("start"))
	serving(t, agentFor(t, before, runtime.socket))
	serving(t, agentFor(t, next, runtime.socket))
	runtime.expect(pod("one"), 7000, 20000)
	if got := runtime.sysctls(); !maps.Equal(got, chatSysctls) {
		t.Errorf("the sysctls are %v", got)
	}
	if one, other := before.about(t), next.about(t); one.Boot != other.Boot || one.Boot == "" {
		t.Errorf("one reports %+v, the other %+v", one, other)
	}
}

func TestWhatAnotherPluginSetStays(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	node := nodeWith(chat("start"))
	serving(t, agentFor(t, node, runtime.socket))
	other := pod("one")
	other.sysctls = map[string]string{"net.ipv4.tcp_retries2": "9"}
	runtime.mustRun(other)
	if got := runtime.sysctls(); got["net.ipv4.tcp_retries2"] != "9" || got["net.ipv4.tcp_keepalive_time"] != "300" {
		t.Errorf("the sysctls are %v", got)
	}
	boot := bootOf(t, node.about(t))
	if len(boot.Errors) != 2 || !strings.Contains(boot.Errors[1].Message, "wanted 8, another plugin of the container runtime set 9") || *boot.Values[1] != "9" {
		t.Errorf("the report is %+v", boot)
	}
}

func TestAnEphemeralContainerIsNotTheServer(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	plan := chat("start")
	plan.Container = ""
	node := nodeWith(plan)
	serving(t, agentFor(t, node, runtime.socket))
	runtime.expect(pod("one"), 7000, 20000)
	server := node.about(t).Container.ID
	debugger := pod("one")
	debugger.processes = "/proc/2000/ns/pid"
	runtime.expect(debugger, 0, 0)
	if got := node.about(t).Container.ID; got != server {
		t.Errorf("the server is %s, before %s", got, server)
	}
}

// The agent before this one is gone, and so is what it knew.
func TestWhatSharesProcessesIsRecognisedInRunningPods(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	shared := pod("one")
	shared.processes = "/proc/1000/ns/pid"
	runtime.mustRun(shared)
	runtime.mustRun(pod("two"))
	debugger := pod("two")
	debugger.processes = "/proc/2000/ns/pid"
	runtime.mustRun(debugger)
	node := nodeWith(chat("start"))
	serving(t, agentFor(t, node, runtime.socket))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go node.Run(ctx)
	eventually(t, "the report is complete", node.Complete)
	pods, _ := node.Report()
	if len(pods) != 2 || pods[0].Connections != nil || pods[0].Plan != "" || pods[1].Connections == nil {
		t.Errorf("reported %+v", pods)
	}
}

func TestAPodWhoseSandboxIsMadeAgainIsTunedAgain(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	node := nodeWith(chat("start"))
	serving(t, agentFor(t, node, runtime.socket))
	runtime.mustRun(pod("one"))
	runtime.stopPod(pod("one"))
	if pods, _ := node.Report(); len(pods) != 0 {
		t.Errorf("reported %+v", pods)
	}
	runtime.expect(pod("one"), 7000, 20000)
	if got := runtime.sysctls(); !maps.Equal(got, chatSysctls) {
		t.Errorf("the sysctls are %v", got)
	}
}

func TestAPodThatEndsIsNotReported(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	node := nodeWith(chat("start"))
	serving(t, agentFor(t, node, runtime.socket))
	runtime.mustRun(pod("one"))
	node.about(t)
	runtime.removePod(pod("one"))
	if pods, _ := node.Report(); len(pods) != 0 {
		t.Errorf("reported %+v", pods)
	}
}
