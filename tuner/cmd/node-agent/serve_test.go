package main

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
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
)

// start serves until the test ends, or stop is called.
func start(t *testing.T, server *nodeapitest.Server, tree nodesettings.Tree, socket string) (shared state.Folder, stop func()) {
	t.Helper()
	shared = state.Folder(t.TempDir())
	agent := newAgent(client(t, server, "one"), tree, thisBoot, shared, ceiling{inherited: rlimit.Limits{Soft: 1024, Hard: 20000}}, []string{socket}, silent)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		agent.serve(ctx, 10*time.Millisecond)
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

// applied is a server with an object whose spec was applied to the tree.
func applied(t *testing.T, spec nodeapi.Spec, tree nodesettings.Tree) *nodeapitest.Server {
	t.Helper()
	server := nodeapitest.New(t, "one", spec)
	if err := applyTo(context.Background(), client(t, server, "one"), tree, thisBoot, silent); err != nil {
		t.Fatal(err)
	}
	return server
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

func TestWhatDriftsIsReportedUntilItIsBack(t *testing.T) {
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	server := applied(t, wants("2000"), tree)
	start(t, server, tree, "/none")
	set := func(value string) {
		if err := os.WriteFile(file(backlog), []byte(value), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	set("1500")
	drifted := nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "1000", Written: "2000", Value: "1500", Drifted: true}
	eventually(t, "the drift is reported", func() bool { return server.Node().Status.Settings[0] == drifted })
	set("9000")
	raised := drifted
	raised.Value, raised.Drifted = "9000", false
	eventually(t, "more than wanted is no drift", func() bool { return server.Node().Status.Settings[0] == raised })
}

func TestNothingIsReportedTwice(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{backlog: "1000"})
	server := applied(t, wants("2000"), tree)
	start(t, server, tree, "/none")
	eventually(t, "the first report", func() bool { return server.Node().Status.OpenFiles != nil })
	before := server.Patches()
	time.Sleep(300 * time.Millisecond) // in which it looks thirty times
	if after := server.Patches(); after != before {
		t.Errorf("%d patches and nothing to report", after-before)
	}
}

func TestSettingsOfAnotherBootAreLeftToApply(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{backlog: "1000"})
	server := nodeapitest.New(t, "one", wants("2000"))
	before := []nodeapi.Setting{{Name: backlog, Wanted: "2000", Original: "1000", Written: "2000", Value: "2000"}}
	server.SetStatus(nodeapi.Status{BootID: "before", Settings: before})
	start(t, server, tree, "/none")
	eventually(t, "the first report", func() bool { return server.Node().Status.OpenFiles != nil })
	if got := server.Node().Status.Settings; !reflect.DeepEqual(got, before) {
		t.Errorf("the settings are %+v", got)
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
	eventually(t, "it is not asked", says(false, 0, "no WebSocketNodeTuning with openFiles selects this node"))
	server.SetSpec(nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 15000}})
	eventually(t, "it serves up to the maximum", says(true, 15000, ""))
	server.SetSpec(nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 1048576}})
	eventually(t, "it serves up to what the runtime can give", says(true, 20000, ""))
	eventually(t, "it is ready", func() bool { return shared.Ready(time.Now()) == nil })
	server.SetSpec(nodeapi.Spec{})
	eventually(t, "it is not asked any more", says(false, 0, "no WebSocketNodeTuning with openFiles selects this node"))
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
	tree, _ := fakeNode(t, map[string]string{backlog: "1000"})
	server := nodeapitest.New(t, "one", wants("2000"))
	granted := nodeapi.OpenFilesStatus{Serving: true, HighestGrant: 12000}
	server.SetStatus(nodeapi.Status{BootID: thisBoot, OpenFiles: &granted})
	apply := func() {
		if err := applyTo(context.Background(), client(t, server, "one"), tree, thisBoot, silent); err != nil {
			t.Fatal(err)
		}
	}
	apply()
	_, stop := start(t, server, tree, "/none")
	eventually(t, "the agent reports", func() bool { return !server.Node().Status.OpenFiles.Serving })
	stop()
	if got := server.Node().Status.OpenFiles.HighestGrant; got != 12000 {
		t.Errorf("the highest grant is %d", got)
	}
	server.SetStatus(nodeapi.Status{BootID: "before", OpenFiles: &granted})
	apply()
	if got := server.Node().Status.OpenFiles.HighestGrant; got != 0 {
		t.Errorf("after a boot the highest grant is %d", got)
	}
}
