package kerneltest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
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
)

// agentNode is what an agent meets on a node: an API server, a container runtime, and this kernel.
type agentNode struct {
	t                *testing.T
	api              *nodeapitest.Server
	side             *adaptation.Adaptation
	folder           string // shared by the agents
	objects, metrics string
	agent            string // the program

	mutex      sync.Mutex
	pods       []*api.PodSandbox
	containers []*api.Container
}

const (
	aPlan = "v1:0123456789ab"
	aUID  = "0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55"
)

func newAgentNode(t *testing.T) *agentNode {
	t.Helper()
	folder, err := os.MkdirTemp("", "agent") // short, because the length of a socket's name is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	n := &agentNode{t: t, folder: folder, objects: newKept(t), agent: filepath.Join(folder, "node-agent")}
	if err := build(n.agent, "../cmd/node-agent", os.Getenv("GOARCH")); err != nil {
		t.Fatal(err)
	}
	n.api = nodeapitest.New(t, "one", nodeapi.Spec{Pods: &nodeapi.Pods{Tuning: "offer"}})
	n.api.SetPlan("default", "chat", &podplan.Plan{
		Created: time.Unix(1000, 0), Via: podplan.NodeAgent, Selector: podplan.Selector{MatchLabels: map[string]string{"app": "chat"}},
		Arguments: []string{"apply", "--plan=" + aPlan, "--on-error=hold", "--keepalive=300/10/5", "--user-timeout=20", "net.ipv4.tcp_retries2=8"}, Hash: aPlan,
	})
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n.metrics = free.Addr().String()
	free.Close()
	n.startRuntime()
	return n
}

func (n *agentNode) startRuntime() {
	n.t.Helper()
	adaptation.SetPluginRequestTimeout(time.Minute) // regardless of how busy the machine is
	none := filepath.Join(n.folder, "none")
	synchronize := func(ctx context.Context, send adaptation.SyncCB) error {
		n.mutex.Lock()
		defer n.mutex.Unlock()
		_, err := send(ctx, n.pods, n.containers)
		return err
	}
	update := func(context.Context, []*api.ContainerUpdate) ([]*api.ContainerUpdate, error) { return nil, nil }
	side, err := adaptation.New("containerd", "v2.3.7", synchronize, update, adaptation.WithSocketPath(filepath.Join(n.folder, "nri.sock")),
		adaptation.WithPluginPath(none), adaptation.WithPluginConfigPath(none))
	if err == nil {
		err = side.Start()
	}
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(side.Stop)
	n.side = side
}

// startAgent runs the program with the arguments and the capabilities of the DaemonSet. kill ends it unheard.
func (n *agentNode) startAgent() (kill func()) {
	n.t.Helper()
	config := fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","current-context":"c","clusters":[{"name":"c","cluster":{"server":%q}}],"contexts":[{"name":"c","context":{"cluster":"c"}}]}`, n.api.Config().Host)
	kubeconfig := filepath.Join(n.folder, "kubeconfig")
	if err := os.WriteFile(kubeconfig, []byte(config), 0o600); err != nil {
		n.t.Fatal(err)
	}
	state, err := os.MkdirTemp(n.folder, "state")
	if err != nil {
		n.t.Fatal(err)
	}
	command := exec.Command("setpriv", "--bounding-set", "-all,+bpf,+net_admin,+perfmon", "--inh-caps", "-all", "--no-new-privs",
		n.agent, "serve", "--node=one", "--kubeconfig="+kubeconfig, "--nri-socket="+filepath.Join(n.folder, "nri.sock"), "--pods", "--cgroup=/sys/fs/cgroup",
		"--bpf="+n.objects, "--metrics="+n.metrics, "--sysctls=/proc/sys", "--init-status=/proc/1/status", "--journal="+n.folder, "--state="+state)
	log, err := os.Create(filepath.Join(state, "log"))
	if err != nil {
		n.t.Fatal(err)
	}
	command.Stderr = log
	if err := command.Start(); err != nil {
		n.t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		command.Process.Kill()
		command.Wait()
		log.Close()
	})
	n.t.Cleanup(func() {
		kill()
		if text, err := os.ReadFile(log.Name()); err == nil && n.t.Failed() {
			n.t.Logf("the agent logged\n%s", text)
		}
	})
	return kill
}

// create makes the server's container of the pod with this cgroup, and keeps what the runtime keeps of it.
func (n *agentNode) create(cgroup *podCgroup) *api.Container {
	n.t.Helper()
	defer n.side.BlockPluginSync().Unblock()
	parent, err := filepath.Rel(unifiedHierarchy(n.t), cgroup.path)
	if err != nil {
		n.t.Fatal(err)
	}
	pod := &api.PodSandbox{
		Id: "sandbox", Uid: aUID, Name: "chat-0", Namespace: "default", Labels: map[string]string{"app": "chat"},
		Linux: &api.LinuxPodSandbox{CgroupParent: "/" + parent, Namespaces: []*api.LinuxNamespace{{Type: "network"}, {Type: "pid"}}},
	}
	container := &api.Container{Id: "server", PodSandboxId: pod.Id, Name: "chat", Linux: &api.LinuxContainer{}, State: api.ContainerState_CONTAINER_CREATED}
	reply, err := n.side.CreateContainer(context.Background(), &api.CreateContainerRequest{Pod: pod, Container: container})
	if err != nil {
		n.t.Fatal(err)
	}
	container.Annotations, container.Linux.Sysctl = reply.GetAdjust().GetAnnotations(), reply.GetAdjust().GetLinux().GetSysctl()
	if err := n.side.StartContainer(context.Background(), &api.StartContainerRequest{Pod: pod, Container: container}); err != nil {
		n.t.Fatal(err)
	}
	container.State = api.ContainerState_CONTAINER_RUNNING
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.pods, n.containers = append(n.pods, pod), append(n.containers, container)
	return container
}

// remove ends the pods for the runtime, and waits until the report has none.
func (n *agentNode) remove() {
	n.t.Helper()
	n.mutex.Lock()
	pods := n.pods
	n.pods, n.containers = nil, nil
	n.mutex.Unlock()
	for _, pod := range pods {
		if err := n.side.StopPodSandbox(context.Background(), &api.StopPodSandboxRequest{Pod: pod}); err != nil {
			n.t.Error(err)
		}
	}
	n.eventually("the pod is reported no more", func() bool { return len(n.api.Report().Pods) == 0 })
}

// eventually waits longer than a report may take to be due.
func (n *agentNode) eventually(what string, true func() bool) {
	n.t.Helper()
	for deadline := time.Now().Add(time.Minute); !true(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			n.t.Fatalf("waited without success: %s; the status is %+v, the report %+v", what, n.api.Node().Status.Pods, n.api.Report())
		}
	}
}

// reports waits until the report of the only pod has these counts.
func (n *agentNode) reports(want nodeapi.Connections) nodeapi.PodReport {
	n.t.Helper()
	n.eventually(fmt.Sprintf("%+v is reported", want), func() bool {
		report := n.api.Report()
		if report == nil || len(report.Pods) != 1 || report.Pods[0].Connections == nil {
			return false
		}
		got := *report.Pods[0].Connections
		got.Since = want.Since
		return got == want
	})
	return n.api.Report().Pods[0]
}

// scraped is what the agent counts of a tuning, as its metrics have it.
func (n *agentNode) scraped(cause string) (value string) {
	n.eventually("metrics are served", func() bool {
		response, err := http.Get("http://" + n.metrics + "/metrics")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		_, value, _ = strings.Cut(string(text), fmt.Sprintf("ended_total{namespace=\"default\",tuning=\"chat\",cause=%q} ", cause))
		value, _, _ = strings.Cut(value, "\n")
		return err == nil && value != ""
	})
	return value
}

// The program as nodes run it tunes and counts a pod, is killed, and another one goes on.
func TestTheAgentsProgramTunesAndCountsOnThisKernel(t *testing.T) {
	n, c := newAgentNode(t), startCounted(t)
	able := func() bool {
		got := n.api.Node().Status.Pods
		return got != nil && *got == nodeapi.PodsStatus{Serving: true, Sysctls: true, Programs: true, Counts: true}
	}
	kill := n.startAgent()
	n.eventually("it can do everything", able)
	if container := n.create(c.cgroup); container.Linux.Sysctl["net.ipv4.tcp_retries2"] != "8" {
		t.Errorf("the container has the sysctls %v", container.Linux.Sysctl)
	}
	if got := c.cgroup.programs(); !strings.Contains(got, "wst_count") || strings.Count(got, " ") < 1 {
		t.Errorf("attached are %s", got)
	}
	c.serve("")
	c.client.do("open 9", "close 2", "reset 3")
	first := n.reports(nodeapi.Connections{Open: 4, EndedByPeer: 2, Reset: 3})
	want := nodeapi.SocketGroup{Port: 8080, Count: 4, Keepalive: true, Time: 300, Interval: 10, Probes: 5, UserTimeoutMillis: 20_000}
	if first.Plan != aPlan || !strings.Contains(first.Boot, `"sockets":{"by":"Programs","done":true}`) || len(first.Sockets) != 1 || first.Sockets[0] != want || first.OthersSockets != 0 {
		t.Errorf("reported %+v", first)
	}
	if got := n.scraped("reset"); got != "3" {
		t.Errorf("the metrics count %s resets", got)
	}
	kill()
	c.client.do("close 1", "open 2")
	kill = n.startAgent()
	next := n.reports(nodeapi.Connections{Open: 5, EndedByPeer: 3, Reset: 3})
	if next.Boot != first.Boot || !next.Connections.Since.Equal(first.Connections.Since) || next.Problem != "" {
		t.Errorf("the next agent reports %+v", next)
	}
	n.eventually("it can do everything", able)
	// The sandbox is gone, and with it what the kernel counted: the metrics are not.
	n.remove()
	kill()
	kill = n.startAgent()
	defer kill()
	for cause, want := range map[string]string{"reset": "3", "peer": "3"} {
		if got := n.scraped(cause); got != want {
			t.Errorf("after two agents, the metrics count %s for %s, want %s", got, cause, want)
		}
	}
}
