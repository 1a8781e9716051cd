package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/containerd/nri/pkg/adaptation"
	"github.com/containerd/nri/pkg/api"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodeapi/nodeapitest"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
)

const (
	retries  = "net.ipv4.tcp_retries2"
	chatPlan = "v1:0123456789ab"
	chatUID  = "0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55"
)

var podsAllowed = nodeapi.Spec{Pods: &nodeapi.Pods{Tuning: "offer"}}

func chat() *podplan.Plan {
	return &podplan.Plan{
		Created: time.Unix(1000, 0), Via: podplan.NodeAgent, Selector: podplan.Selector{MatchLabels: map[string]string{"app": "chat"}},
		Arguments: []string{"apply", "--plan=" + chatPlan, "--on-error=start", "--user-timeout=340", retries + "=8"}, Hash: chatPlan,
	}
}

// counter is a kernel with one pod.
type counter struct {
	mutex sync.Mutex
	open  uint64
	reads int
	fails error
}

func (c *counter) Attach(string, sockopt.Options, podtune.Sysctls) (podtune.Pod, error) {
	return c, c.fails
}
func (c *counter) Possible() (programs, counts error) { return nil, c.fails }
func (c *counter) Close() error                       { return nil }
func (c *counter) Read() (podtune.Counts, []podtune.Group, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.reads++
	group := podtune.Group{Port: 8080, Count: int(c.open), Keepalive: true, Time: 300, Interval: 10, Probes: 5, UserTimeoutMillis: 340000}
	return podtune.Counts{Open: c.open, Reset: 7, Since: time.Unix(2000, 0)}, []podtune.Group{group}, nil
}

func (c *counter) set(open uint64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.open = open
}

// options has the pod's cgroup in a folder.
func options(t *testing.T, kernel podtune.Kernel) *podOptions {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "kubepods/pod"+chatUID), 0o755); err != nil {
		t.Fatal(err)
	}
	return &podOptions{cgroup: root, kernel: kernel, reportEvery: 50 * time.Millisecond}
}

// create makes and starts the container of a pod of that name, and returns its sysctls. Meanwhile no plugin joins, as in
// containerd: one that has heard of all pods is not called until the runtime has noted it.
func create(t *testing.T, side *adaptation.Adaptation, name string) map[string]string {
	t.Helper()
	defer side.BlockPluginSync().Unblock()
	namespaces := []*api.LinuxNamespace{{Type: "network"}, {Type: "pid"}}
	pod := &api.PodSandbox{
		Id: "sandbox-" + name, Uid: chatUID, Name: name, Namespace: "default", Labels: map[string]string{"app": "chat"},
		Linux: &api.LinuxPodSandbox{Namespaces: namespaces, CgroupParent: "/kubepods/pod" + chatUID},
	}
	container := &api.Container{Id: "container-" + name, PodSandboxId: pod.Id, Name: "chat", Linux: &api.LinuxContainer{}}
	reply, err := side.CreateContainer(context.Background(), &api.CreateContainerRequest{Pod: pod, Container: container})
	if err != nil {
		t.Fatal(err)
	}
	container.Linux.Sysctl = reply.GetAdjust().GetLinux().GetSysctl()
	if err := side.StartContainer(context.Background(), &api.StartContainerRequest{Pod: pod, Container: container}); err != nil {
		t.Fatal(err)
	}
	return container.Linux.Sysctl
}

func servesPods(server *nodeapitest.Server) func() bool {
	return func() bool {
		pods := server.Node().Status.Pods
		return pods != nil && pods.Serving
	}
}

func TestPodsAreTunedAndReported(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{retries: "15"})
	server := nodeapitest.New(t, "one", podsAllowed)
	server.SetPlan("default", "chat", chat())
	socket, side := runtimeWith(t)
	kernel := &counter{open: 4}
	startPods(t, server, tree, socket, t.TempDir(), options(t, kernel))
	eventually(t, "it serves pods", servesPods(server))
	if got := *server.Node().Status.Pods; got != (nodeapi.PodsStatus{Serving: true, Sysctls: true, Programs: true, Counts: true}) {
		t.Errorf("the status is %+v", got)
	}
	if got := create(t, side, "a"); got[retries] != "8" {
		t.Errorf("the sysctls are %v", got)
	}
	eventually(t, "the pod is reported", func() bool {
		report := server.Report()
		return report != nil && len(report.Pods) == 1 && report.Pods[0].Boot != ""
	})
	report := server.Report()
	pod := report.Pods[0]
	if report.BootID != thisBoot || report.Left != 0 || server.ReportOwner() != "1-2-3" || pod.UID != chatUID || pod.Tuning != "chat" || pod.Plan != chatPlan ||
		!strings.Contains(pod.Boot, `"values":["8"]`) || !strings.Contains(pod.Boot, `"sockets":{"by":"Programs","done":true}`) {
		t.Errorf("the report is %+v", report)
	}
	if pod.Connections.Open != 4 || pod.Connections.Reset != 7 || !pod.Connections.Since.Equal(time.Unix(2000, 0)) || len(pod.Sockets) != 1 || pod.Sockets[0].Time != 300 {
		t.Errorf("the counts are %+v, %+v", pod.Connections, pod.Sockets)
	}
	kernel.set(5)
	eventually(t, "another count is reported", func() bool { return server.Report().Pods[0].Connections.Open == 5 })
}

func TestAReportIsWrittenOnlyIfItIsAnother(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{retries: "15"})
	server := nodeapitest.New(t, "one", podsAllowed)
	server.SetPlan("default", "chat", chat())
	socket, side := runtimeWith(t)
	kernel := &counter{open: 4}
	options := options(t, kernel)
	options.reportEvery = 200 * time.Millisecond
	startPods(t, server, tree, socket, t.TempDir(), options)
	eventually(t, "it serves pods", servesPods(server))
	create(t, side, "a")
	eventually(t, "the count is reported", func() bool {
		report := server.Report()
		return report != nil && len(report.Pods) == 1 && report.Pods[0].Boot != ""
	})
	before := server.ReportWrites()
	time.Sleep(time.Second)
	if after := server.ReportWrites(); after != before {
		t.Errorf("%d writes and nothing new", after-before)
	}
	began := time.Now()
	for time.Since(began) < time.Second {
		kernel.set(uint64(time.Since(began)))
		create(t, side, "a")
		time.Sleep(10 * time.Millisecond)
	}
	if writes, most := server.ReportWrites()-before, int(time.Since(began)/options.reportEvery)+2; writes > most || writes < 2 {
		t.Errorf("%d writes in %v, at most %d are due", writes, time.Since(began), most)
	}
}

func TestPlansAreRememberedWhileTheAPIServerIsAway(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{retries: "15"})
	server := nodeapitest.New(t, "one", podsAllowed)
	server.SetPlan("default", "chat", chat())
	socket, side := runtimeWith(t)
	journal := t.TempDir()
	_, stop := startPods(t, server, tree, socket, journal, options(t, &counter{}))
	eventually(t, "it remembers the plan", func() bool {
		kept, err := os.ReadFile(filepath.Join(journal, "plans.json"))
		return err == nil && strings.Contains(string(kept), chatPlan)
	})
	stop()
	server.Stop()
	shared, _ := startPods(t, server, tree, socket, journal, options(t, &counter{}))
	eventually(t, "it is ready", func() bool { return shared.Ready(time.Now()) == nil })
	if got := create(t, side, "a"); got[retries] != "8" {
		t.Errorf("the sysctls are %v", got)
	}
}

func TestWhatIsRememberedAndGoneIsForgotten(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{retries: "15"})
	server := nodeapitest.New(t, "one", podsAllowed)
	server.SetPlan("default", "chat", chat())
	socket, side := runtimeWith(t)
	journal := t.TempDir()
	kept := func(text string) func() bool {
		return func() bool {
			content, err := os.ReadFile(filepath.Join(journal, "plans.json"))
			return err == nil && strings.Contains(string(content), text)
		}
	}
	_, stop := startPods(t, server, tree, socket, journal, options(t, &counter{}))
	eventually(t, "it remembers the plan", kept(chatPlan))
	stop()
	server.SetPlan("default", "chat", nil)
	_, stop = startPods(t, server, tree, socket, journal, options(t, &counter{}))
	eventually(t, "it forgets the plan", kept(`"plans":{}`))
	eventually(t, "it serves pods", servesPods(server))
	if got := create(t, side, "a"); len(got) != 0 {
		t.Errorf("the sysctls are %v", got)
	}
	stop()
	if got := server.Node().Status.Pods; got.Serving || got.Message != "the agent has stopped" {
		t.Errorf("stopped, it says %+v", got)
	}
}

func TestWhatTheNodeLacksIsSaidForEachPart(t *testing.T) {
	tree, _ := fakeNode(t, nil)
	server := nodeapitest.New(t, "one", nodeapi.Spec{})
	lacking := &podOptions{noKernel: "the node has no cgroup v2", reportEvery: time.Second}
	shared, _ := startPods(t, server, tree, "/none/nri.sock", t.TempDir(), lacking)
	eventually(t, "it is ready", func() bool { return shared.Ready(time.Now()) == nil })
	if got := server.Node().Status.Pods; got != nil {
		t.Errorf("no pods are to be tuned, and the status is %+v", got)
	}
	server.SetSpec(podsAllowed)
	const noRuntime = "connect to the container runtime at /none/nri.sock"
	eventually(t, "it says why", func() bool {
		got, err := server.Node().Status.Pods, shared.Ready(time.Now())
		return got != nil && !got.Serving && strings.Contains(got.Message, noRuntime) && !got.Sysctls && got.SysctlsMessage != "" &&
			!got.Programs && got.ProgramsMessage == "the node has no cgroup v2" && !got.Counts && got.CountsMessage == got.ProgramsMessage &&
			err != nil && strings.Contains(err.Error(), noRuntime)
	})
	server.SetSpec(nodeapi.Spec{})
	eventually(t, "the status has no pods", func() bool { return server.Node().Status.Pods == nil })
}

func TestAnAgentOfAnotherKindSaysSo(t *testing.T) {
	tree, _ := fakeNode(t, nil)
	server := nodeapitest.New(t, "one", podsAllowed)
	start(t, server, tree, "")
	eventually(t, "it says why", func() bool {
		got := server.Node().Status.Pods
		return got != nil && !got.Serving && strings.Contains(got.Message, "the operator replaces it")
	})
}

func TestWhatCannotBeCountedIsAnOtherProblem(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{retries: "15"})
	server := nodeapitest.New(t, "one", podsAllowed)
	server.SetPlan("default", "chat", chat())
	socket, side := runtimeWith(t)
	startPods(t, server, tree, socket, t.TempDir(), options(t, &counter{fails: errors.New("no room for programs")}))
	eventually(t, "it serves pods", servesPods(server))
	create(t, side, "a")
	eventually(t, "the status has the problem", func() bool {
		return server.Node().Status.Pods.OtherProblem == "pods that are not counted: 1, such as default/a: no room for programs"
	})
	eventually(t, "the report has it", func() bool {
		report := server.Report()
		return report != nil && len(report.Pods) == 1 && strings.Contains(report.Pods[0].Boot, `"done":false,"error":"no room for programs"`) && report.Pods[0].Connections == nil
	})
}

func TestCountsAreServedAsMetrics(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	tree, _ := fakeNode(t, map[string]string{retries: "15"})
	server := nodeapitest.New(t, "one", podsAllowed)
	server.SetPlan("default", "chat", chat())
	socket, side := runtimeWith(t)
	options := options(t, &counter{open: 4})
	listener.Close()
	options.metrics = address
	startPods(t, server, tree, socket, t.TempDir(), options)
	eventually(t, "it serves pods", servesPods(server))
	create(t, side, "a")
	var page string
	eventually(t, "the counts are served", func() bool {
		response, err := http.Get(fmt.Sprintf("http://%s/metrics", address))
		if err != nil {
			return false
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		page = string(text)
		return err == nil && strings.Contains(page, `wstuning_node_agent_connections_open{namespace="default",tuning="chat"} 4`)
	})
	if !strings.Contains(page, `wstuning_node_agent_connections_ended_total{namespace="default",tuning="chat",cause="reset"} 7`) {
		t.Errorf("the metrics are\n%s", page)
	}
}
