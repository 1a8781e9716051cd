package nodesettings

import (
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/nodeapi"
)

func TestWhatIsWrittenToAKeyThatIsWanted(t *testing.T) {
	const backlog, memory, conntrack = "net.core.netdev_max_backlog", "net.ipv4.tcp_mem", "net.netfilter.nf_conntrack_max"
	for _, test := range []struct {
		name                    string
		key, wanted             string
		policy                  nodeapi.Policy
		holds                   string
		original, written       string // as recorded
		write                   string
		newOriginal, newWritten string // as recorded then
	}{
		{name: "a low value is raised", key: backlog, wanted: "2000", holds: "1000", write: "2000", newOriginal: "1000", newWritten: "2000"},
		{name: "a high value stays", key: backlog, wanted: "2000", holds: "3000", newOriginal: "3000"},
		{name: "an equal value stays", key: backlog, wanted: "2000", holds: "2000", newOriginal: "2000"},
		{name: "exactly lowers", key: backlog, wanted: "2000", policy: nodeapi.Exactly, holds: "3000", write: "2000", newOriginal: "3000", newWritten: "2000"},
		{name: "fields are raised one by one", key: memory, wanted: "2000 3000 4000", holds: "1500 3500 3600", write: "2000 3500 4000", newOriginal: "1500 3500 3600", newWritten: "2000 3500 4000"},
		{name: "exactly takes all fields", key: memory, wanted: "2000 3000 4000", policy: nodeapi.Exactly, holds: "1500 3500 3600", write: "2000 3000 4000", newOriginal: "1500 3500 3600", newWritten: "2000 3000 4000"},
		{name: "numbers are compared, not texts", key: backlog, wanted: "10000", holds: "9000", write: "10000", newOriginal: "9000", newWritten: "10000"},
		{name: "nothing is written twice", key: backlog, wanted: "2000", holds: "2000", original: "1000", written: "2000", newOriginal: "1000", newWritten: "2000"},
		{name: "our own raise comes down", key: backlog, wanted: "1500", holds: "2000", original: "1000", written: "2000", write: "1500", newOriginal: "1000", newWritten: "1500"},
		{name: "but not below the original", key: backlog, wanted: "500", holds: "2000", original: "1000", written: "2000", write: "1000", newOriginal: "1000", newWritten: "1000"},
		{name: "another program's raise stays", key: backlog, wanted: "1500", holds: "5000", original: "1000", written: "2000", newOriginal: "1000"},
		{name: "until we write, the original is what the key holds", key: backlog, wanted: "8000", holds: "5000", original: "1000", write: "8000", newOriginal: "5000", newWritten: "8000"},
		{name: "what drifted is raised again", key: backlog, wanted: "2000", holds: "700", original: "1000", written: "2000", write: "2000", newOriginal: "1000", newWritten: "2000"},
		{name: "no longer exactly, but at least", key: backlog, wanted: "500", holds: "500", original: "1000", written: "500", write: "1000", newOriginal: "1000", newWritten: "1000"},
		{name: "no limit is higher than any", key: conntrack, wanted: "300000", holds: "0", newOriginal: "0"},
		{name: "values above the largest wanted value are compared too", key: "fs.file-max", wanted: "100000", holds: "9223372036854775807", newOriginal: "9223372036854775807"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := decide(nodeapi.Sysctl{Name: test.key, Value: test.wanted, Policy: test.policy},
				nodeapi.Setting{Name: test.key, Original: test.original, Written: test.written}, reading{value: test.holds})
			want := nodeapi.Setting{Name: test.key, Wanted: test.wanted, Original: test.newOriginal, Written: test.newWritten, Value: test.holds}
			if got.write != test.write || got.setting != want || got.forget {
				t.Errorf("writes %q and records\n%+v, want %q and\n%+v", got.write, got.setting, test.write, want)
			}
		})
	}
}

func TestWhatIsRefused(t *testing.T) {
	for _, test := range []struct{ name, key, wanted, holds, problem string }{
		{"a key that is not on the list", "kernel.core_pattern", "|/bin/sh", "core", "use one of fs.file-max"},
		{"a value out of bounds", "fs.nr_open", "0", "1048576", `such as "20000500"`},
		{"a value with something behind it", "fs.nr_open", "2000000\nx", "1048576", "fs.nr_open cannot be"},
		{"too few fields", "net.ipv4.tcp_mem", "4096", "1 2 3", "3 whole numbers in ascending order"},
		{"descending fields", "net.ipv4.tcp_mem", "8192 4096 8192", "1 2 3", "3 whole numbers in ascending order"},
		{"a key of a module that is not loaded", Conntrack, "300000", "", "load the module nf_conntrack"},
	} {
		t.Run(test.name, func(t *testing.T) {
			node := &kernel{values: map[string]string{}}
			if test.holds != "" {
				node.values[test.key] = test.holds
			}
			got := MakePlan([]nodeapi.Sysctl{{Name: test.key, Value: test.wanted}}, nil, node).steps[0]
			if got.write != "" || !strings.Contains(got.setting.Problem, test.problem) {
				t.Errorf("writes %q, problem %q", got.write, got.setting.Problem)
			}
		})
	}
}

func TestWhatIsRestored(t *testing.T) {
	for _, test := range []struct{ name, original, written, holds, write string }{
		{"what still holds what we wrote", "1000", "2000", "2000", "1000"},
		{"not what something else has changed since", "1000", "2000", "2500", ""},
		{"not what was never written", "3000", "", "3000", ""},
		{"not what holds the original already", "1000", "1000", "1000", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := restore(nodeapi.Setting{Name: "net.core.netdev_max_backlog", Original: test.original, Written: test.written}, reading{value: test.holds})
			if got.write != test.write || !got.forget {
				t.Errorf("writes %q, forgets it: %v", got.write, got.forget)
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
