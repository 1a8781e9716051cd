package nodesettings

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"
	"time"

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

// paper is a journal in memory.
type paper struct {
	records []Record
	full    error
}

func (p *paper) Records() []Record { return p.records }

func (p *paper) Keep(records []Record) error {
	if p.full == nil {
		p.records = records
	}
	return p.full
}

// clock stands still.
type clock struct{ now time.Time }

func (c *clock) time() time.Time { return c.now }

func wants(pairs ...string) (wanted []nodeapi.Sysctl) {
	for i := 0; i < len(pairs); i += 2 {
		wanted = append(wanted, nodeapi.Sysctl{Name: pairs[i], Value: pairs[i+1]})
	}
	return wanted
}

// node is one with values, and a settler on it.
func node(values map[string]string) (*kernel, *paper, *clock, *Settler) {
	kernel, paper, clock := &kernel{values: values}, &paper{}, &clock{time.Unix(1000, 0)}
	return kernel, paper, clock, NewSettler(kernel, paper, clock.time)
}

func settings(t *testing.T, got []nodeapi.Setting, want ...nodeapi.Setting) {
	t.Helper()
	if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
}

func TestAllIsUndoneInTheEnd(t *testing.T) {
	kernel, paper, _, settler := node(map[string]string{backlog: "1000", orphans: "131072"})
	settings(t, settler.Settle(wants(backlog, "2000", orphans, "262144"), 0),
		nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "1000", Written: "2000", Value: "2000"},
		nodeapi.Setting{Name: orphans, Wanted: "262144", Original: "131072", Written: "262144", Value: "262144"})
	settings(t, settler.Settle(wants(backlog, "1500"), 0),
		nodeapi.Setting{Name: backlog, Wanted: "1500", Original: "1000", Written: "1500", Value: "1500"})
	settings(t, settler.Settle(nil, 0))
	if kernel.values[backlog] != "1000" || kernel.values[orphans] != "131072" || len(paper.records) != 0 {
		t.Errorf("left behind: %v, recorded %+v", kernel.values, paper.records)
	}
	want := []string{backlog + "=2000", orphans + "=262144", backlog + "=1500", orphans + "=131072", backlog + "=1000"}
	if !reflect.DeepEqual(kernel.written, want) {
		t.Errorf("written %q", kernel.written)
	}
}

func TestWhatIsRightIsNeitherWrittenNorRecorded(t *testing.T) {
	kernel, paper, _, settler := node(map[string]string{backlog: "3000"})
	settings(t, settler.Settle(wants(backlog, "2000"), 0), nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "3000", Value: "3000"})
	if len(kernel.written) != 0 || len(paper.records) != 0 {
		t.Errorf("written %q, recorded %+v", kernel.written, paper.records)
	}
}

func TestNothingIsWrittenThatCannotBeRecorded(t *testing.T) {
	kernel, paper, _, settler := node(map[string]string{backlog: "1000"})
	paper.full = errors.New("no space left on device")
	settings(t, settler.Settle(wants(backlog, "2000"), 0),
		nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "1000", Value: "1000", Problem: "no space left on device"})
	if len(kernel.written) != 0 {
		t.Errorf("written %q", kernel.written)
	}
}

func TestAnEarlierWriteIsUndoneThoughTheNextWasRefused(t *testing.T) {
	kernel, _, _, settler := node(map[string]string{backlog: "1000"})
	settler.Settle(wants(backlog, "2000"), 0)
	kernel.refuses = map[string]error{backlog: errors.New("invalid argument")}
	settings(t, settler.Settle(wants(backlog, "3000"), 0),
		nodeapi.Setting{Name: backlog, Wanted: "3000", Original: "1000", Written: "2000", Value: "2000", Problem: "invalid argument"})
	kernel.refuses = nil
	settings(t, settler.Settle(nil, 0))
	if kernel.values[backlog] != "1000" {
		t.Errorf("left behind: %v", kernel.values)
	}
}

func TestAFailureDoesNotStopTheOthers(t *testing.T) {
	kernel, _, _, settler := node(map[string]string{backlog: "1000", orphans: "131072"})
	kernel.refuses = map[string]error{backlog: errors.New("write " + backlog + ": invalid argument")}
	settings(t, settler.Settle(wants(backlog, "2000", Conntrack, "300000", orphans, "262144"), 0),
		nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "1000", Value: "1000", Problem: "write " + backlog + ": invalid argument"},
		nodeapi.Setting{Name: Conntrack, Wanted: "300000", Problem: "read " + Conntrack + ": file does not exist: load the module nf_conntrack on the node, or remove the setting"},
		nodeapi.Setting{Name: orphans, Wanted: "262144", Original: "131072", Written: "262144", Value: "262144"})
}

func TestWhatTheKernelTookInsteadIsRestored(t *testing.T) {
	kernel, _, _, settler := node(map[string]string{backlog: "1000"})
	kernel.takes = map[string]string{backlog: "1999"}
	settings(t, settler.Settle(wants(backlog, "2000"), 0),
		nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "1000", Written: "1999", Value: "1999", Problem: backlog + ": wrote 2000, reads 1999"})
	kernel.takes = nil
	settings(t, settler.Settle(nil, 0))
	if kernel.values[backlog] != "1000" {
		t.Errorf("it holds %s", kernel.values[backlog])
	}
}

func TestWhatCannotBeRestoredStaysRecordedUntilItCan(t *testing.T) {
	kernel, paper, clock, settler := node(map[string]string{backlog: "1000"})
	settler.Settle(wants(backlog, "2000"), 0)
	kernel.refuses = map[string]error{backlog: errors.New("no")}
	stuck := nodeapi.Setting{Name: backlog, Original: "1000", Written: "2000", Value: "2000", Problem: "no"}
	settings(t, settler.Settle(nil, 0), stuck)
	settings(t, settler.Settle(nil, 0), stuck)
	if len(kernel.written) != 2 {
		t.Errorf("written %q", kernel.written)
	}
	kernel.refuses = nil
	clock.now = clock.now.Add(firstPause)
	settings(t, settler.Settle(nil, 0))
	if kernel.values[backlog] != "1000" || len(paper.records) != 0 {
		t.Errorf("left behind: %v, recorded %+v", kernel.values, paper.records)
	}
}

func TestNrOpenComesBackWhenTheLastGrantHasEnded(t *testing.T) {
	kernel, _, _, settler := node(map[string]string{nrOpen: "1048576"})
	settler.Settle(wants(nrOpen, "20000000"), 0)
	settings(t, settler.Settle(nil, 2000000), nodeapi.Setting{
		Name: nrOpen, Original: "1048576", Written: "20000000", Value: "20000000",
		Waits: "a running container was granted 2000000 open files: the value goes down when that has ended",
	})
	settings(t, settler.Settle(nil, 0))
	if kernel.values[nrOpen] != "1048576" {
		t.Errorf("it holds %s", kernel.values[nrOpen])
	}
}

// After twenty seconds, then a minute after that, and after twice as long each time.
func TestADriftIsUndoneLessAndLessOften(t *testing.T) {
	kernel, _, clock, settler := node(map[string]string{backlog: "1000"})
	wanted := wants(backlog, "2000")
	settler.Settle(wanted, 0)
	start := clock.now
	var undone []time.Duration
	for ; clock.now.Sub(start) < 10*time.Minute; clock.now = clock.now.Add(20 * time.Second) {
		kernel.values[backlog] = "700"
		got := settler.Settle(wanted, 0)[0]
		if drifted := got.Value == "700"; got.Drifted != drifted || got.Problem != "" {
			t.Errorf("after %v it reports %+v", clock.now.Sub(start), got)
		}
		if got.Value == "2000" {
			undone = append(undone, clock.now.Sub(start))
		}
	}
	if want := []time.Duration{20 * time.Second, 80 * time.Second, 200 * time.Second, 440 * time.Second}; !reflect.DeepEqual(undone, want) {
		t.Errorf("undone after %v", undone)
	}
	if got := settler.Settle(wants(backlog, "2500"), 0)[0]; got.Value != "2500" {
		t.Errorf("another value is not written at once: %+v", got)
	}
}

func TestMoreThanWantedIsNoDrift(t *testing.T) {
	kernel, _, _, settler := node(map[string]string{backlog: "1000"})
	settler.Settle(wants(backlog, "2000"), 0)
	kernel.values[backlog] = "9000"
	settings(t, settler.Settle(wants(backlog, "2000"), 0), nodeapi.Setting{Name: backlog, Wanted: "2000", Original: "1000", Value: "9000"})
	settings(t, settler.Settle(nil, 0))
	if kernel.values[backlog] != "9000" {
		t.Errorf("what another program set is gone: %v", kernel.values)
	}
}
