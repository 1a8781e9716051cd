package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodeapi/nodeapitest"
	"wstuning.dev/tuner/internal/sysctl"
	"wstuning.dev/tuner/internal/version"
)

const (
	thisBoot = "c0ffee00"
	backlog  = "net.core.netdev_max_backlog"
)

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

func TestOriginalsAreRecordedBeforeAnythingIsWritten(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000", "net.netfilter.nf_conntrack_max": "262144"})
	var seen []string
	server.BeforePatch = func() { seen = append(seen, holds(t, file(backlog))) }
	if err := applyTo(context.Background(), client(t, server, "one"), tree, thisBoot, silent); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1000", "2000"}; !reflect.DeepEqual(seen, want) {
		t.Errorf("when the status was patched the key held %q, want %q", seen, want)
	}
	tracked := uint64(262144)
	want := nodeapi.Status{
		ObservedGeneration: 1, BootID: thisBoot, AgentVersion: version.Version, ConntrackMax: &tracked,
		Settings: []nodeapi.Setting{{Name: backlog, Wanted: "2000", Original: "1000", Written: "2000", Value: "2000"}},
	}
	if got := server.Node().Status; !reflect.DeepEqual(got, want) {
		t.Errorf("the status is\n%+v, want\n%+v", got, want)
	}
}

func TestNothingIsWrittenWhereTheOriginalCannotBeRecorded(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	server.BeforePatch = func() { server.SetSpec(wants("2000")) } // each time something else comes first
	if err := applyTo(context.Background(), client(t, server, "one"), tree, thisBoot, silent); err == nil {
		t.Error("that is no error")
	}
	if got := holds(t, file(backlog)); got != "1000" {
		t.Errorf("it holds %s", got)
	}
}

func TestWhatChangesMeanwhileIsAppliedAsWell(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	server.BeforePatch = func() {
		server.BeforePatch = nil
		server.SetSpec(wants("3000"))
	}
	if err := applyTo(context.Background(), client(t, server, "one"), tree, thisBoot, silent); err != nil {
		t.Fatal(err)
	}
	if got, status := holds(t, file(backlog)), server.Node().Status; got != "3000" || status.ObservedGeneration != 2 || status.Settings[0].Original != "1000" {
		t.Errorf("it holds %s, the status is %+v", got, status)
	}
}

func TestWhatIsNotWantedAnyMoreIsRestored(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	for _, spec := range []nodeapi.Spec{wants("2000"), {}} {
		server.SetSpec(spec)
		if err := applyTo(context.Background(), client(t, server, "one"), tree, thisBoot, silent); err != nil {
			t.Fatal(err)
		}
	}
	if got, status := holds(t, file(backlog)), server.Node().Status; got != "1000" || len(status.Settings) != 0 || status.ObservedGeneration != 3 {
		t.Errorf("it holds %s, the status is %+v", got, status)
	}
}

func TestOriginalsOfAnotherBootAreVoid(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	server.SetStatus(nodeapi.Status{BootID: "before", Settings: []nodeapi.Setting{
		{Name: backlog, Original: "1000", Written: "1500"},
		{Name: "net.ipv4.tcp_max_orphans", Original: "131072", Written: "262144"},
	}})
	tree, file := fakeNode(t, map[string]string{backlog: "1500", "net.ipv4.tcp_max_orphans": "262144"})
	if err := applyTo(context.Background(), client(t, server, "one"), tree, thisBoot, silent); err != nil {
		t.Fatal(err)
	}
	want := []nodeapi.Setting{{Name: backlog, Wanted: "2000", Original: "1500", Written: "2000", Value: "2000"}}
	if status := server.Node().Status; !reflect.DeepEqual(status.Settings, want) || holds(t, file("net.ipv4.tcp_max_orphans")) != "262144" {
		t.Errorf("the settings are %+v", status.Settings)
	}
}

func TestWithoutAnObjectThereIsNothingToDo(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	if err := applyTo(context.Background(), client(t, server, "another"), tree, thisBoot, silent); err != nil {
		t.Fatal(err)
	}
	if got := holds(t, file(backlog)); got != "1000" || server.Patches() != 0 {
		t.Errorf("it holds %s after %d patches", got, server.Patches())
	}
}
