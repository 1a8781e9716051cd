package nodesettings

import (
	"fmt"
	"strconv"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/sysctl"
)

// Tree holds the sysctls of a node.
type Tree interface {
	Read(sysctl.Key) (string, error)
	Apply(sysctl.Setting) (holds *string, err error)
}

// Settler makes the keys of one node hold what is wanted, and gives them back what they held before. It may end at any
// point: another one goes on with the same journal.
type Settler struct {
	tree    Tree
	journal Journal
	paces   paces
}

// NewSettler makes a settler. now does not have to agree with other clocks.
func NewSettler(tree Tree, journal Journal, now func() time.Time) *Settler {
	return &Settler{tree, journal, paces{now: now, byKey: map[string]pace{}}}
}

// Settle writes what has to be written, and reports every key that is wanted or not undone yet. A key that fails does not
// stop the others, and is written again later. reserved is the highest limit of open files that a running container was
// granted.
func (s *Settler) Settle(wanted []nodeapi.Sysctl, reserved uint64) []nodeapi.Setting {
	settings := []nodeapi.Setting{}
	wants := map[string]bool{}
	for _, sysctl := range wanted {
		wants[sysctl.Name] = true
		step := decide(sysctl, find(s.journal.Records(), sysctl.Name), read(s.tree, sysctl.Name), reserved)
		setting, _ := s.take(step, string(sysctl.Policy)+" "+sysctl.Value)
		settings = append(settings, setting)
	}
	for _, record := range s.journal.Records() {
		if wants[record.Name] {
			continue
		}
		step := restore(record, read(s.tree, record.Name), reserved)
		if setting, done := s.take(step, "the original"); !done {
			settings = append(settings, setting)
		}
	}
	return settings
}

// take returns what to report, and whether nothing of ours is left in the key. aim names what is wanted of the key.
func (s *Settler) take(step step, aim string) (setting nodeapi.Setting, undone bool) {
	if step.write == "" {
		return s.record(step)
	}
	if last, due := s.paces.due(step.key.Name, aim); !due {
		step.setting.Problem = last.problem
		step.setting.Drifted = last.problem == ""
		return step.setting, false
	}
	setting, undone = s.execute(step)
	s.paces.wrote(step.key.Name, aim, setting.Problem)
	return setting, undone
}

// record keeps what is known now of a key that needs no write.
func (s *Settler) record(step step) (setting nodeapi.Setting, undone bool) {
	before := s.journal.Records()
	known := find(before, step.record.Name)
	var err error
	switch {
	case step.setting.Problem != "" || step.setting.Waits != "":
		return step.setting, false
	case step.drop && known.Original != "":
		err = s.journal.Keep(without(before, known.Name))
	case !step.drop && known != step.record:
		err = s.journal.Keep(with(before, step.record))
	}
	if err != nil {
		return step.fails(err).setting, false
	}
	return step.setting, step.drop
}

// execute records what it is about to write, writes, and records what came of it.
func (s *Settler) execute(step step) (setting nodeapi.Setting, undone bool) {
	records := s.journal.Records()
	before := step.record.holding(step.setting.Value)
	before.Writing = step.write
	if err := s.journal.Keep(with(records, before)); err != nil {
		return step.fails(err).setting, false
	}
	holds, err := s.tree.Apply(sysctl.Setting{Key: step.key.Key, Value: step.write})
	after := before
	if holds != nil { // else it is unknown whether the write was made
		after.Writing = ""
		if *holds != step.setting.Value { // perhaps something else than what was written
			after.Written = *holds
		}
		step.setting.Value = *holds
	}
	step.setting.Written = after.Written
	if err != nil {
		step = step.fails(err)
	}
	undone = after.Writing == "" && (after.Written == "" || err == nil && after.Written == after.Original && step.setting.Wanted == "")
	records = with(records, after)
	if undone {
		records = without(records, after.Name)
	}
	if err := s.journal.Keep(records); err != nil {
		return step.fails(err).setting, false
	}
	return step.setting, undone && err == nil
}

// ConntrackMax returns how many connections the node tracks at most, or nil if it tracks none.
func ConntrackMax(tree Tree) *uint64 {
	now := read(tree, Conntrack)
	number, err := strconv.ParseUint(now.value, 10, 64)
	if now.err != nil || err != nil {
		return nil
	}
	return &number
}

func read(tree Tree, name string) reading {
	key, known := lookup(name)
	if !known {
		return reading{err: fmt.Errorf("unknown key %q: use one of %s", name, names())}
	}
	value, err := tree.Read(key.Key)
	if err != nil {
		return reading{err: err}
	}
	if value == "" {
		return reading{err: fmt.Errorf("read %s: it is empty", name)}
	}
	return reading{value: value}
}
