package main

import (
	"os"
	"reflect"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/journal"
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodeapi/nodeapitest"
	"wstuning.dev/tuner/internal/version"
)

// settled waits until the spec of that generation is settled.
func settled(t *testing.T, server *nodeapitest.Server, generation int64) nodeapi.Status {
	t.Helper()
	eventually(t, "the spec is settled", func() bool { return server.Node().Status.ObservedGeneration == generation })
	return server.Node().Status
}

func TestWhatIsWantedIsWrittenAndUndone(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000", "net.netfilter.nf_conntrack_max": "262144"})
	start(t, server, tree, "")
	got := settled(t, server, 1)
	tracked := uint64(262144)
	want := nodeapi.Status{
		ObservedGeneration: 1, BootID: thisBoot, AgentVersion: version.Version, ConntrackMax: &tracked,
		Settings:  []nodeapi.Setting{{Name: backlog, Wanted: "2000", Original: "1000", Written: "2000", Value: "2000"}},
		OpenFiles: &nodeapi.OpenFilesStatus{Message: notAsked, Runtime: &nodeapi.Limits{Soft: 1024, Hard: 20000}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the status is\n%+v, want\n%+v", got, want)
	}
	server.SetSpec(nodeapi.Spec{})
	if got := settled(t, server, 2); len(got.Settings) != 0 || holds(t, file(backlog)) != "1000" {
		t.Errorf("it holds %s, the status is %+v", holds(t, file(backlog)), got)
	}
}

func TestOriginalsAreRecordedBeforeAnythingIsReported(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, _ := fakeNode(t, map[string]string{backlog: "1000"})
	folder := t.TempDir()
	var kept []string
	server.BeforePatch = func() {
		if journal, _, err := journal.Open(folder, thisBoot); err == nil && len(journal.Records()) == 1 {
			kept = append(kept, journal.Records()[0].Original)
		}
	}
	_, stop := startWith(t, server, tree, "", folder)
	settled(t, server, 1)
	stop()
	if len(kept) == 0 || kept[0] != "1000" {
		t.Errorf("the journal had %q", kept)
	}
}

func TestTheNextAgentKnowsTheOriginals(t *testing.T) {
	for name, lose := range map[string]bool{"by the journal": false, "by the status, because the journal was lost": true} {
		t.Run(name, func(t *testing.T) {
			server := nodeapitest.New(t, "one", wants("2000"))
			tree, file := fakeNode(t, map[string]string{backlog: "1000"})
			folder := t.TempDir()
			_, stop := startWith(t, server, tree, "", folder)
			settled(t, server, 1)
			stop()
			if lose {
				folder = t.TempDir()
			} else {
				server.SetStatus(nodeapi.Status{})
			}
			server.SetSpec(nodeapi.Spec{})
			startWith(t, server, tree, "", folder)
			if settled(t, server, 2); holds(t, file(backlog)) != "1000" {
				t.Errorf("it holds %s", holds(t, file(backlog)))
			}
		})
	}
}

func TestOriginalsOfAnotherBootAreVoid(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	server.SetStatus(nodeapi.Status{BootID: "before", Settings: []nodeapi.Setting{
		{Name: backlog, Original: "1000", Written: "1500"},
		{Name: "net.ipv4.tcp_max_orphans", Original: "131072", Written: "262144"},
	}})
	tree, file := fakeNode(t, map[string]string{backlog: "1500", "net.ipv4.tcp_max_orphans": "262144"})
	start(t, server, tree, "")
	got := settled(t, server, 1)
	want := []nodeapi.Setting{{Name: backlog, Wanted: "2000", Original: "1500", Written: "2000", Value: "2000"}}
	if !reflect.DeepEqual(got.Settings, want) || holds(t, file("net.ipv4.tcp_max_orphans")) != "262144" {
		t.Errorf("the settings are %+v", got.Settings)
	}
}

// A new version starts before the old one ends.
func TestASuccessorIsReadyAndWritesNothingBeforeItsTurn(t *testing.T) {
	server := nodeapitest.New(t, "one", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	folder := t.TempDir()
	_, stop := startWith(t, server, tree, "", folder)
	settled(t, server, 1)
	shared, _ := startWith(t, server, tree, "", folder)
	eventually(t, "the successor is ready", func() bool { return shared.Ready(time.Now()) == nil })
	stop()
	server.SetSpec(wants("3000"))
	settled(t, server, 2)
	server.SetSpec(nodeapi.Spec{})
	if settled(t, server, 3); holds(t, file(backlog)) != "1000" {
		t.Errorf("it holds %s", holds(t, file(backlog)))
	}
}

func TestAnAgentThatIsFollowedDoesNotReportThatItStopped(t *testing.T) {
	tree, _ := fakeNode(t, nil)
	server := nodeapitest.New(t, "one", nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 15000}})
	folder, socket := t.TempDir(), runtime(t)
	_, stop := startWith(t, server, tree, socket, folder)
	eventually(t, "it serves", func() bool { got := server.Node().Status.OpenFiles; return got != nil && got.Serving })
	shared, _ := startWith(t, server, tree, socket, folder)
	eventually(t, "the successor is ready", func() bool { return shared.Ready(time.Now()) == nil })
	before := server.Patches()
	stop()
	time.Sleep(100 * time.Millisecond)
	if got, after := server.Node().Status.OpenFiles, server.Patches(); !got.Serving || after != before {
		t.Errorf("it says %+v after %d patches", got, after-before)
	}
}

func TestWithoutTheAPIServerAnAgentServesFromWhatItKnew(t *testing.T) {
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	spec := wants("2000")
	spec.OpenFiles = &nodeapi.OpenFiles{Maximum: 15000}
	server := nodeapitest.New(t, "one", spec)
	folder, socket := t.TempDir(), runtime(t)
	_, stop := startWith(t, server, tree, socket, folder)
	settled(t, server, 1)
	stop()
	server.Stop()
	if err := os.WriteFile(file(backlog), []byte("1500"), 0o644); err != nil {
		t.Fatal(err)
	}
	shared, _ := startWith(t, server, tree, socket, folder)
	eventually(t, "it is ready", func() bool { return shared.Ready(time.Now()) == nil })
	eventually(t, "it keeps the settings", func() bool { return holds(t, file(backlog)) == "2000" })
}

func TestWithoutAnObjectThereIsNothingToDo(t *testing.T) {
	server := nodeapitest.New(t, "another", wants("2000"))
	tree, file := fakeNode(t, map[string]string{backlog: "1000"})
	folder := t.TempDir()
	node := server.Node()
	node.Name = "one"
	if err := journal.Remember(folder, thisBoot, &node); err != nil { // which has been deleted since
		t.Fatal(err)
	}
	shared, _ := startWith(t, server, tree, "", folder)
	eventually(t, "it forgets the object that is gone", func() bool {
		known, err := journal.Remembered(folder, thisBoot, "one")
		return known == nil && err == nil && shared.Ready(time.Now()) != nil
	})
	if server.Patches() != 0 {
		t.Errorf("%d patches, it holds %s", server.Patches(), holds(t, file(backlog)))
	}
}
