package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containerd/nri/pkg/adaptation"
	"github.com/containerd/nri/pkg/api"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodeapi/nodeapitest"
	"wstuning.dev/tuner/internal/nodesettings"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/state"
	"wstuning.dev/tuner/internal/sysctl"
)

const (
	thisBoot = "c0ffee00"
	backlog  = "net.core.netdev_max_backlog"
)

// The runtime goes on without a plugin that does not answer in time, which on a busy machine the tests would take for a fault.
func init() {
	adaptation.SetPluginRequestTimeout(time.Minute)
	adaptation.SetPluginRegistrationTimeout(time.Minute)
}

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

// fakeNode holds files in the place of the kernel's. A shorter value would not replace all of a longer one.
func fakeNode(t *testing.T, values map[string]string) (*sysctl.Tree, func(name string) string) {
	t.Helper()
	directory := t.TempDir()
	file := func(name string) string { return filepath.Join(directory, strings.ReplaceAll(name, ".", "/")) }
	for name, value := range values {
		if err := os.MkdirAll(filepath.Dir(file(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file(name), []byte(value), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := sysctl.OpenNodeTree(directory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree, file
}

func holds(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func wants(value string) nodeapi.Spec {
	return nodeapi.Spec{Sysctls: []nodeapi.Sysctl{{Name: backlog, Value: value, Tuning: "big"}}}
}

func client(t *testing.T, server *nodeapitest.Server, name string) *nodeapi.Client {
	t.Helper()
	client, err := nodeapi.NewClient(server.Config(), name)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// start serves until the test ends, or stop is called, with a journal of its own.
func start(t *testing.T, server *nodeapitest.Server, tree nodesettings.Tree, socket string) (shared state.Folder, stop func()) {
	t.Helper()
	return startWith(t, server, tree, socket, t.TempDir())
}

// startWith serves with the journal in this folder.
func startWith(t *testing.T, server *nodeapitest.Server, tree nodesettings.Tree, socket, journal string) (shared state.Folder, stop func()) {
	t.Helper()
	return startPods(t, server, tree, socket, journal, nil)
}

// startPods serves pods, too, unless the options are nil.
func startPods(t *testing.T, server *nodeapitest.Server, tree nodesettings.Tree, socket, journal string, pods *podOptions) (shared state.Folder, stop func()) {
	t.Helper()
	shared = state.Folder(t.TempDir())
	var sockets []string
	if socket != "" {
		sockets = []string{socket}
	}
	agent := newAgent("one", client(t, server, "one"), tree, thisBoot, journal, shared, ceiling{inherited: rlimit.Limits{Soft: 1024, Hard: 20000}}, sockets, pods, silent)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		if err := agent.serve(ctx, 10*time.Millisecond); err != nil {
			t.Error(err)
		}
		close(done)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return shared, stop
}

func eventually(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !true(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited without success: %s", what)
		}
	}
}

// runtime listens for plugins, as containerd does.
func runtime(t *testing.T) (socket string) {
	socket, _ = runtimeWith(t)
	return socket
}

// runtimeWith has these containers already.
func runtimeWith(t *testing.T, running ...*api.Container) (socket string, side *adaptation.Adaptation) {
	t.Helper()
	directory, err := os.MkdirTemp("", "nri") // shorter than the test's own, because the length of a socket's name is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(directory) })
	socket = filepath.Join(directory, "nri.sock")
	synchronize := func(ctx context.Context, send adaptation.SyncCB) error {
		_, err := send(ctx, nil, running)
		return err
	}
	update := func(context.Context, []*api.ContainerUpdate) ([]*api.ContainerUpdate, error) { return nil, nil }
	side, err = adaptation.New("containerd", "v2.3.7", synchronize, update, adaptation.WithSocketPath(socket),
		adaptation.WithPluginPath(directory+"/none"), adaptation.WithPluginConfigPath(directory+"/none"))
	if err == nil {
		err = side.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(side.Stop)
	return socket, side
}

func TestNothingIsReportedTwice(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{backlog: "1000"})
	server := nodeapitest.New(t, "one", wants("2000"))
	start(t, server, tree, "/none")
	eventually(t, "the first report", func() bool { return server.Node().Status.OpenFiles != nil })
	time.Sleep(50 * time.Millisecond)
	before := server.Patches()
	time.Sleep(300 * time.Millisecond) // in which it looks thirty times
	if after := server.Patches(); after != before {
		t.Errorf("%d patches and nothing to report", after-before)
	}
}

func TestOpenFilesAreServedWhileTheyAreAskedFor(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{"net.netfilter.nf_conntrack_max": "262144"})
	server := nodeapitest.New(t, "one", nodeapi.Spec{})
	shared, stop := start(t, server, tree, runtime(t))
	says := func(serving bool, limit uint64, message string) func() bool {
		return func() bool {
			got := server.Node().Status.OpenFiles
			return got != nil && got.Serving == serving && got.Limit == limit && got.Message == message &&
				*got.Runtime == nodeapi.Limits{Soft: 1024, Hard: 20000}
		}
	}
	eventually(t, "it is not asked", says(false, 0, notAsked))
	server.SetSpec(nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 15000}})
	eventually(t, "it serves up to the maximum", says(true, 15000, ""))
	server.SetSpec(nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 1048576}})
	eventually(t, "it serves up to what the runtime can give", says(true, 20000, ""))
	eventually(t, "it is ready", func() bool { return shared.Ready(time.Now()) == nil })
	server.SetSpec(nodeapi.Spec{})
	eventually(t, "it is not asked any more", says(false, 0, notAsked))
	server.SetSpec(nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 15000}})
	eventually(t, "it serves again", says(true, 15000, ""))
	stop()
	if !says(false, 15000, "the agent has stopped")() {
		t.Errorf("stopped, it says %+v", server.Node().Status.OpenFiles)
	}
}

func TestTheAgentIsNotReadyWithoutTheRuntimeThatItShouldServe(t *testing.T) {
	tree, _ := fakeNode(t, nil)
	server := nodeapitest.New(t, "one", nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 15000}})
	shared, _ := start(t, server, tree, "/none/nri.sock")
	const why = "connect to the container runtime at /none/nri.sock"
	eventually(t, "it says why", func() bool {
		got, err := server.Node().Status.OpenFiles, shared.Ready(time.Now())
		return got != nil && !got.Serving && strings.Contains(got.Message, why) && err != nil && strings.Contains(err.Error(), why)
	})
	server.SetSpec(nodeapi.Spec{})
	eventually(t, "it is ready once it does not have to serve", func() bool { return shared.Ready(time.Now()) == nil })
}

func TestTheHighestGrantIsReportedWhenItIsAnother(t *testing.T) {
	tree, _ := fakeNode(t, nil)
	server := nodeapitest.New(t, "one", nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 15000}})
	container := func(id string) *api.Container {
		return &api.Container{Id: id, PodSandboxId: id, Name: "server", Annotations: map[string]string{"wstuning.dev/granted-open-files": "12000"}}
	}
	containers := []*api.Container{container("1"), container("2"), container("3")}
	socket, side := runtimeWith(t, containers...)
	start(t, server, tree, socket)
	reports := func(limit uint64) func() bool {
		return func() bool {
			got := server.Node().Status.OpenFiles
			return got != nil && got.Serving && got.HighestGrant == limit
		}
	}
	eventually(t, "what containers were granted before", reports(12000))
	before := server.Patches()
	end := func(container *api.Container) {
		pod := &api.PodSandbox{Id: container.PodSandboxId}
		if _, err := side.StopContainer(context.Background(), &api.StopContainerRequest{Pod: pod, Container: container}); err != nil {
			t.Fatal(err)
		}
	}
	end(containers[0])
	end(containers[1])
	time.Sleep(100 * time.Millisecond) // in which it looks ten times
	if after := server.Patches(); after != before {
		t.Errorf("%d patches while the highest grant stays", after-before)
	}
	end(containers[2])
	eventually(t, "no container runs with a grant", reports(0))
}

func TestWhatWasGrantedBeforeStaysUntilTheRuntimeTells(t *testing.T) {
	tree, _ := fakeNode(t, nil)
	granted := nodeapi.OpenFilesStatus{Serving: true, HighestGrant: 12000}
	for boot, want := range map[string]uint64{thisBoot: 12000, "before": 0} {
		server := nodeapitest.New(t, "one", nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 15000}})
		server.SetStatus(nodeapi.Status{BootID: boot, OpenFiles: &granted})
		_, stop := start(t, server, tree, "/none")
		eventually(t, "the agent reports", func() bool { return !server.Node().Status.OpenFiles.Serving })
		stop()
		if got := server.Node().Status.OpenFiles.HighestGrant; got != want {
			t.Errorf("after boot %q the highest grant is %d", boot, got)
		}
	}
}
