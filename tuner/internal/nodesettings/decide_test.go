package nodesettings

import (
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/nodeapi"
)

const (
	backlog = "net.core.netdev_max_backlog"
	orphans = "net.ipv4.tcp_max_orphans"
	memory  = "net.ipv4.tcp_mem"
	fileMax = "fs.file-max"
)

func TestWhatIsWrittenToAKeyThatIsWanted(t *testing.T) {
	for _, test := range []struct {
		name                       string
		key, wanted                string
		policy                     nodeapi.Policy
		holds                      string
		original, written, writing string // as recorded
		write                      string
		recorded                   Record // then, before the write; none if nothing of ours is there
	}{
		{name: "a low value is raised", key: backlog, wanted: "2000", holds: "1000", write: "2000", recorded: Record{Original: "1000"}},
		{name: "a high value stays", key: backlog, wanted: "2000", holds: "3000"},
		{name: "an equal value stays", key: backlog, wanted: "2000", holds: "2000"},
		{name: "exactly lowers", key: backlog, wanted: "2000", policy: nodeapi.Exactly, holds: "3000", write: "2000", recorded: Record{Original: "3000"}},
		{name: "fields are raised one by one", key: memory, wanted: "2000 3000 4000", holds: "1500 3500 3600", write: "2000 3500 4000", recorded: Record{Original: "1500 3500 3600"}},
		{name: "numbers are compared, not texts", key: backlog, wanted: "10000", holds: "9000", write: "10000", recorded: Record{Original: "9000"}},
		{name: "nothing is written twice", key: backlog, wanted: "2000", holds: "2000", original: "1000", written: "2000", recorded: Record{Original: "1000", Written: "2000"}},
		{name: "our own raise comes down", key: backlog, wanted: "1500", holds: "2000", original: "1000", written: "2000", write: "1500", recorded: Record{Original: "1000", Written: "2000"}},
		{name: "but not below the original", key: backlog, wanted: "500", holds: "2000", original: "1000", written: "2000", write: "1000", recorded: Record{Original: "1000", Written: "2000"}},
		{name: "another program's raise stays", key: backlog, wanted: "1500", holds: "5000", original: "1000", written: "2000"},
		{name: "until we write, the original is what the key holds", key: backlog, wanted: "8000", holds: "5000", original: "1000", write: "8000", recorded: Record{Original: "5000"}},
		{name: "what drifted is raised again", key: backlog, wanted: "2000", holds: "700", original: "1000", written: "2000", write: "2000", recorded: Record{Original: "1000", Written: "2000"}},
		{name: "no longer exactly, but at least", key: backlog, wanted: "500", holds: "500", original: "1000", written: "500", write: "1000", recorded: Record{Original: "1000", Written: "500"}},
		{name: "a write that was interrupted after it was made", key: backlog, wanted: "2000", holds: "2000", original: "1000", writing: "2000", recorded: Record{Original: "1000", Written: "2000"}},
		{name: "a write that was interrupted before it was made", key: backlog, wanted: "2000", holds: "1000", original: "1000", writing: "2000", write: "2000", recorded: Record{Original: "1000"}},
		{name: "a second write that was interrupted before it was made", key: backlog, wanted: "1500", holds: "2000", original: "1000", written: "2000", writing: "3000", write: "1500", recorded: Record{Original: "1000", Written: "2000", Writing: "3000"}},
		{name: "no limit is higher than any", key: Conntrack, wanted: "300000", holds: "0"},
		{name: "values above the largest wanted value are compared too", key: fileMax, wanted: "100000", holds: "9223372036854775807"},
		{name: "what drifted below the original comes back to it", key: fileMax, wanted: "100000", holds: "90000", original: "150000", written: "200000", write: "150000", recorded: Record{Original: "150000", Written: "200000"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := decide(nodeapi.Sysctl{Name: test.key, Value: test.wanted, Policy: test.policy},
				Record{Name: test.key, Original: test.original, Written: test.written, Writing: test.writing}, reading{value: test.holds}, 0)
			if got.write != test.write || got.setting.Problem != "" {
				t.Errorf("writes %q, want %q; problem %q", got.write, test.write, got.setting.Problem)
			}
			test.recorded.Name = test.key
			if none := test.recorded.Original == ""; got.drop != none || !none && got.record != test.recorded {
				t.Errorf("records %+v (none: %v), want %+v", got.record, got.drop, test.recorded)
			}
		})
	}
}

func TestWhatIsRefused(t *testing.T) {
	for _, test := range []struct{ name, key, wanted, holds, problem string }{
		{"a key that is not on the list", "kernel.core_pattern", "|/bin/sh", "core", "use one of fs.file-max"},
		{"a value out of bounds", nrOpen, "0", "1048576", `such as "20000500"`},
		{"a value with something behind it", nrOpen, "2000000\nx", "1048576", "fs.nr_open cannot be"},
		{"too few fields", memory, "4096", "1 2 3", "3 whole numbers in ascending order"},
		{"descending fields", memory, "8192 4096 8192", "1 2 3", "3 whole numbers in ascending order"},
		{"fewer open files than the node had", fileMax, "12000", "90000", `which had "90000": give at least that`},
		{"a little less memory than the node had", memory, "4096 4096 4096", "3000 4000 5000", `which had "3000 4000 5000"`},
		{"a key of a module that is not loaded", Conntrack, "300000", "", "load the module nf_conntrack"},
	} {
		t.Run(test.name, func(t *testing.T) {
			node := &kernel{values: map[string]string{}}
			if test.holds != "" {
				node.values[test.key] = test.holds
			}
			got := decide(nodeapi.Sysctl{Name: test.key, Value: test.wanted, Policy: nodeapi.Exactly}, Record{}, read(node, test.key), 0)
			if got.write != "" || !strings.Contains(got.setting.Problem, test.problem) {
				t.Errorf("writes %q, problem %q", got.write, got.setting.Problem)
			}
		})
	}
}

func TestWhatIsRestored(t *testing.T) {
	for _, test := range []struct {
		name                       string
		original, written, writing string
		holds, write               string
		stays                      bool
	}{
		{"what still holds what we wrote", "1000", "2000", "", "2000", "1000", true},
		{"what holds what we were about to write", "1000", "2000", "3000", "3000", "1000", true},
		{"not what something else has changed since", "1000", "2000", "", "2500", "", false},
		{"not what was never written", "1000", "", "2000", "1000", "", false},
		{"not what holds the original already", "1000", "1000", "", "1000", "", false},
		{"not what was restored when the agent ended", "1000", "2000", "1000", "1000", "", false},
		{"nothing that no kernel can have had", "1000\n2000", "2000", "", "2000", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := restore(Record{Name: backlog, Original: test.original, Written: test.written, Writing: test.writing}, reading{value: test.holds}, 0)
			if got.write != test.write || got.drop == test.stays {
				t.Errorf("writes %q, drops the record: %v", got.write, got.drop)
			}
		})
	}
}

// Bounds hold for what is wanted. What a node had by itself comes back in any case.
func TestAnOriginalOutOfBoundsIsRestored(t *testing.T) {
	got := restore(Record{Name: Conntrack, Original: "7424", Written: "300000"}, reading{value: "300000"}, 0)
	if got.write != "7424" {
		t.Errorf("writes %q, problem %q", got.write, got.setting.Problem)
	}
}

func TestNrOpenDoesNotComeDownWhileMoreWasGranted(t *testing.T) {
	record := Record{Name: nrOpen, Original: "1048576", Written: "20000000"}
	now := reading{value: "20000000"}
	for _, test := range []struct {
		name         string
		wanted       string // nothing: it is undone
		reserved     uint64
		write, waits string
	}{
		{"an undo waits", "", 2000000, "", "a running container was granted 2000000 open files"},
		{"an undo does not wait for what keeps its limit", "", 1048576, "1048576", ""},
		{"without any grant", "", 0, "1048576", ""},
		{"a lower value waits", "1500000", 2000000, "", "a running container was granted 2000000 open files"},
		{"a lower value that is high enough", "3000000", 2000000, "3000000", ""},
		{"a higher value", "30000000", 2000000, "30000000", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := restore(record, now, test.reserved)
			if test.wanted != "" {
				got = decide(nodeapi.Sysctl{Name: nrOpen, Value: test.wanted}, record, now, test.reserved)
			}
			if got.write != test.write || got.drop || !strings.HasPrefix(got.setting.Waits, test.waits) || (got.setting.Waits == "") != (test.waits == "") {
				t.Errorf("writes %q, waits because %q, drops the record: %v", got.write, got.setting.Waits, got.drop)
			}
		})
	}
}

func TestTheListIsConsistent(t *testing.T) {
	previous := ""
	for _, key := range Keys() {
		if key.Name <= previous {
			t.Errorf("%s comes after %s", key.Name, previous)
		}
		previous = key.Name
		if err := key.Check(key.Example); err != nil {
			t.Errorf("the example is refused: %v", err)
		}
	}
}
