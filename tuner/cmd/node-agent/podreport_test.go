package main

import (
	"context"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodeapi/nodeapitest"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/podtune"
)

// Counts are read at their time, and what else has changed is reported at once if that is due.
func TestWhenAReportIsDue(t *testing.T) {
	tree, _ := fakeNode(t, map[string]string{retries: "15"})
	server := nodeapitest.New(t, "one", podsAllowed)
	kernel := &counter{}
	options := options(t, kernel)
	options.reportEvery = 10 * time.Second
	agent := newAgent("one", client(t, server, "one"), tree, thisBoot, t.TempDir(), "", ceiling{}, nil, options, silent)
	start := time.Unix(100000, 0)
	reporter := newPodReporter(agent.pods, "one", start)
	agent.pods.plans.Replace(func() map[string][]podplan.Named {
		return map[string][]podplan.Named{"default": {{Name: "chat", Plan: *chat()}}}
	})
	agent.pods.keeper.Synchronize(nil, podtune.Runtime{})
	node := server.Node()
	at := func(seconds float64, writes int) {
		t.Helper()
		reporter.look(context.Background(), &node, start.Add(time.Duration(seconds*float64(time.Second))))
		if got := server.ReportWrites(); got != writes {
			t.Errorf("after %v s there are %d writes, want %d", seconds, got, writes)
		}
	}
	create := func(name string) {
		sandbox := podtune.Sandbox{ID: name, UID: name, Namespace: "default", Name: name, CgroupParent: "/kubepods/pod" + chatUID, Facts: podplan.Facts{
			Labels: map[string]string{"app": "chat"}, Namespaces: []string{"network", "pid"},
		}}
		if _, err := agent.pods.keeper.Creating(sandbox, podtune.Container{ID: name, Name: "chat"}); err != nil {
			t.Fatal(err)
		}
	}
	create("a")
	at(10, 2) // a patch of what is not there, and its creation
	first := server.Report()
	if len(first.Pods) != 1 || first.Pods[0].Connections == nil {
		t.Fatalf("reported %+v", first)
	}
	create("b")
	at(19, 2)
	at(20, 3)
	create("c")
	kernel.set(5)
	at(29.9, 3)
	at(30, 4)
	kernel.set(6)
	at(39, 4)
	at(40, 5)
	reads := kernel.reads
	for second := 41.0; second < 49.5; second += 0.5 {
		at(second, 5)
	}
	if kernel.reads != reads {
		t.Errorf("counts were read %d times before it was time", kernel.reads-reads)
	}
	at(50, 5) // nothing is new
	for second := 51.0; second < 59.5; second += 0.5 {
		at(second, 5)
	}
	if got := kernel.reads - reads; got != 3 {
		t.Errorf("counts of 3 pods were read %d times, want once each", got)
	}
	kernel.set(7)
	at(60, 6)
	at(70, 6)
	node.UID = "4-5-6" // the object was made again, so the report goes with the one before
	if at(80, 7); server.ReportOwner() != "4-5-6" {
		t.Errorf("the report belongs to %s", server.ReportOwner())
	}
}

// The cluster's operator gives the pace of counts. Nothing else waits for it.
func TestCountsAreReportedAtThePaceOfTheOperator(t *testing.T) {
	for _, seconds := range []int64{60, 1, 1 << 62} {
		tree, _ := fakeNode(t, map[string]string{retries: "15"})
		server := nodeapitest.New(t, "one", nodeapi.Spec{Pods: &nodeapi.Pods{Tuning: "offer", CountsEverySeconds: seconds}})
		kernel := &counter{}
		options := options(t, kernel)
		options.reportEvery = reportEvery
		agent := newAgent("one", client(t, server, "one"), tree, thisBoot, t.TempDir(), "", ceiling{}, nil, options, silent)
		start := time.Unix(100000, 0)
		reporter := newPodReporter(agent.pods, "one", start)
		agent.pods.plans.Replace(func() map[string][]podplan.Named {
			return map[string][]podplan.Named{"default": {{Name: "chat", Plan: *chat()}}}
		})
		agent.pods.keeper.Synchronize(nil, podtune.Runtime{})
		node := server.Node()
		create := func(name string) {
			sandbox := podtune.Sandbox{ID: name, UID: name, Namespace: "default", Name: name, CgroupParent: "/kubepods/pod" + chatUID, Facts: podplan.Facts{
				Labels: map[string]string{"app": "chat"}, Namespaces: []string{"network", "pid"},
			}}
			if _, err := agent.pods.keeper.Creating(sandbox, podtune.Container{ID: name, Name: "chat"}); err != nil {
				t.Fatal(err)
			}
		}
		pass := func(from, to int) (writes int) {
			before := server.ReportWrites()
			for second := from; second < to; second++ {
				kernel.set(uint64(second))
				reporter.look(context.Background(), &node, start.Add(time.Duration(second)*time.Second))
			}
			return server.ReportWrites() - before
		}
		create("a")
		pass(0, 20)
		most := map[int64]int{60: 5, 1 << 62: 1}[seconds]
		if most == 0 {
			most = 30
		}
		if writes := pass(20, 320); writes > most || writes < most-1 {
			t.Errorf("every %d s: %d writes in 5 minutes, want %d", seconds, writes, most)
		}
		create("b")
		if writes := pass(320, 331); writes < 1 || len(server.Report().Pods) != 2 {
			t.Errorf("every %d s: another pod is not reported within ten seconds", seconds)
		}
	}
}

func TestNodesReportAtDifferentTimes(t *testing.T) {
	starts := map[time.Duration]bool{}
	now := time.Unix(100000, 0)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		reporter := newPodReporter(&pods{options: podOptions{reportEvery: 10 * time.Second}}, name, now)
		wait := reporter.wrote.Add(reporter.every).Sub(now)
		if wait < 0 || wait >= 10*time.Second {
			t.Errorf("%s waits %v", name, wait)
		}
		starts[wait.Truncate(time.Second/10)] = true
	}
	if len(starts) < 5 {
		t.Errorf("six nodes begin at %d times", len(starts))
	}
}
