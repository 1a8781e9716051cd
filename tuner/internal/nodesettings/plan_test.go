package nodesettings

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/sysctl"
)

// kernel is a tree in memory that can refuse writes, and hold something else than what is written.
type kernel struct {
	values, takes map[string]string
	refuses       map[string]error
	written       []string
}

func (k *kernel) Read(key sysctl.Key) (string, error) {
	value, found := k.values[key.Name]
	if !found {
		return "", fmt.Errorf("read %s: %w", key.Name, fs.ErrNotExist)
	}
	return value, nil
}

func (k *kernel) Apply(setting sysctl.Setting) (*string, error) {
	name := setting.Key.Name
	value, err := setting.Value, k.refuses[name]
	switch other, takes := k.takes[name]; {
	case err != nil:
		value = k.values[name]
	case takes:
		value, err = other, fmt.Errorf("%s: wrote %s, reads %s", name, setting.Value, other)
	}
	k.values[name] = value
	k.written = append(k.written, name+"="+setting.Value)
	return &value, err
}

const (
	backlog = "net.core.netdev_max_backlog"
	orphans = "net.ipv4.tcp_max_orphans"
)

func TestAnEarlierWriteIsUndoneThoughTheNextWasRefused(t *testing.T) {
	node := &kernel{values: map[string]string{backlog: "1000"}}
	recorded := MakePlan([]nodeapi.Sysctl{{Name: backlog, Value: "2000"}}, nil, node).Execute(node)
	node.refuses = map[string]error{backlog: errors.New("invalid argument")}
	recorded = MakePlan([]nodeapi.Sysctl{{Name: backlog, Value: "3000"}}, recorded, node).Execute(node)
	if recorded[0].Problem == "" || recorded[0].Written != "2000" {
		t.Errorf("recorded %+v", recorded[0])
	}
	node.refuses = nil
	MakePlan(nil, recorded, node).Execute(node)
	if node.values[backlog] != "1000" {
		t.Errorf("left behind: %v", node.values)
	}
}

func TestAllIsUndoneInTheEnd(t *testing.T) {
	node := &kernel{values: map[string]string{backlog: "1000", orphans: "131072"}}
	var recorded []nodeapi.Setting
	for _, wanted := range [][]nodeapi.Sysctl{
		{{Name: backlog, Value: "2000"}, {Name: orphans, Value: "262144"}},
		{{Name: backlog, Value: "1500"}},
		{},
	} {
		recorded = MakePlan(wanted, recorded, node).Execute(node)
	}
	if node.values[backlog] != "1000" || node.values[orphans] != "131072" || len(recorded) != 0 {
		t.Errorf("left behind: %v, recorded %+v", node.values, recorded)
	}
	want := []string{backlog + "=2000", orphans + "=262144", backlog + "=1500", orphans + "=131072", backlog + "=1000"}
	if !reflect.DeepEqual(node.written, want) {
		t.Errorf("written %q", node.written)
	}
}

// The agent may be stopped at any point between recording what it intends and recording what it did.
func TestAnInterruptedPlanIsUndoneToo(t *testing.T) {
	for _, carried := range []bool{false, true} {
		node := &kernel{values: map[string]string{backlog: "1000"}}
		plan := MakePlan([]nodeapi.Sysctl{{Name: backlog, Value: "2000"}}, nil, node)
		recorded := plan.Intended()
		if carried {
			plan.Execute(node)
		}
		recorded = MakePlan(nil, recorded, node).Execute(node)
		if node.values[backlog] != "1000" || len(recorded) != 0 {
			t.Errorf("carried %v: %v, recorded %+v", carried, node.values, recorded)
		}
	}
}

func TestAPlanIsOnlyCarriedWhenThereIsSomethingToWrite(t *testing.T) {
	node := &kernel{values: map[string]string{backlog: "3000"}}
	if MakePlan([]nodeapi.Sysctl{{Name: backlog, Value: "2000"}}, nil, node).Writes() {
		t.Error("a high value is written")
	}
	if !MakePlan([]nodeapi.Sysctl{{Name: backlog, Value: "4000"}}, nil, node).Writes() {
		t.Error("a low value is not written")
	}
}

func TestAFailureDoesNotStopTheOthers(t *testing.T) {
	node := &kernel{
		values:  map[string]string{backlog: "1000", orphans: "131072"},
		refuses: map[string]error{backlog: errors.New("write " + backlog + ": invalid argument")},
	}
	settings := MakePlan([]nodeapi.Sysctl{
		{Name: backlog, Value: "2000"}, {Name: Conntrack, Value: "300000"}, {Name: orphans, Value: "262144"},
	}, nil, node).Execute(node)
	want := []nodeapi.Setting{
		{Name: backlog, Wanted: "2000", Original: "1000", Value: "1000", Problem: "write " + backlog + ": invalid argument"},
		{Name: Conntrack, Wanted: "300000", Problem: "read " + Conntrack + ": file does not exist: load the module nf_conntrack on the node, or remove the setting"},
		{Name: orphans, Wanted: "262144", Original: "131072", Written: "262144", Value: "262144"},
	}
	if !reflect.DeepEqual(settings, want) {
		t.Errorf("got\n%+v, want\n%+v", settings, want)
	}
}

func TestWhatTheKernelTookInsteadIsRestored(t *testing.T) {
	node := &kernel{values: map[string]string{backlog: "1000"}, takes: map[string]string{backlog: "1999"}}
	recorded := MakePlan([]nodeapi.Sysctl{{Name: backlog, Value: "2000"}}, nil, node).Execute(node)
	if recorded[0].Written != "1999" || recorded[0].Problem != backlog+": wrote 2000, reads 1999" {
		t.Errorf("recorded %+v", recorded)
	}
	node.takes = nil
	MakePlan(nil, recorded, node).Execute(node)
	if node.values[backlog] != "1000" {
		t.Errorf("it holds %s", node.values[backlog])
	}
}

func TestWhatCannotBeRestoredStaysRecorded(t *testing.T) {
	node := &kernel{values: map[string]string{backlog: "2000"}, refuses: map[string]error{backlog: errors.New("no")}}
	recorded := []nodeapi.Setting{{Name: backlog, Wanted: "2000", Original: "1000", Written: "2000", Value: "2000"}}
	settings := MakePlan(nil, recorded, node).Execute(node)
	want := []nodeapi.Setting{{Name: backlog, Original: "1000", Written: "2000", Value: "2000", Problem: "restore the original: no"}}
	if !reflect.DeepEqual(settings, want) {
		t.Errorf("got\n%+v, want\n%+v", settings, want)
	}
}

func TestWhatHasDrifted(t *testing.T) {
	applied := nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "1000", Written: "2000", Value: "2000"}
	failed, unread := applied, applied
	failed.Problem, failed.Value = "invalid argument", "1000"
	unread.Problem, unread.Value = "no such file or directory", ""
	for _, test := range []struct {
		name    string
		wanted  nodeapi.Sysctl
		applied nodeapi.Setting
		holds   string
		drifted bool
		problem string
	}{
		{"nothing", nodeapi.Sysctl{Name: backlog, Value: "2000"}, applied, "2000", false, ""},
		{"lowered", nodeapi.Sysctl{Name: backlog, Value: "2000"}, applied, "1999", true, ""},
		{"raised", nodeapi.Sysctl{Name: backlog, Value: "2000"}, applied, "5000", false, ""},
		{"raised, but wanted exactly", nodeapi.Sysctl{Name: backlog, Value: "2000", Policy: nodeapi.Exactly}, applied, "5000", true, ""},
		{"what is wanted changed, and is not applied yet", nodeapi.Sysctl{Name: backlog, Value: "4000"}, applied, "2000", false, ""},
		{"no longer wanted, and not restored yet", nodeapi.Sysctl{}, applied, "700", false, ""},
		{"could not be written", nodeapi.Sysctl{Name: backlog, Value: "2000"}, failed, "1000", false, "invalid argument"},
		{"appeared since, as of a module that was loaded", nodeapi.Sysctl{Name: backlog, Value: "2000"}, unread, "1000", true, ""},
		{"disappeared", nodeapi.Sysctl{Name: backlog, Value: "2000"}, applied, "", false, "read " + backlog + ": file does not exist"},
	} {
		t.Run(test.name, func(t *testing.T) {
			node := &kernel{values: map[string]string{}}
			if test.holds != "" {
				node.values[backlog] = test.holds
			}
			want := test.applied
			want.Value, want.Drifted, want.Problem = test.holds, test.drifted, test.problem
			got := Look([]nodeapi.Sysctl{test.wanted}, []nodeapi.Setting{test.applied}, node)
			if len(got) != 1 || got[0] != want {
				t.Errorf("got\n%+v, want\n%+v", got, want)
			}
		})
	}
}
