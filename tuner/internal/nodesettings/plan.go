package nodesettings

import (
	"fmt"
	"strconv"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/sysctl"
)

// Tree holds the sysctls of a node.
type Tree interface {
	Read(sysctl.Key) (string, error)
	Apply(sysctl.Setting) (holds *string, err error)
}

// Plan is what follows from what is wanted, what was recorded since the node booted, and what the keys hold.
type Plan struct{ steps []step }

// MakePlan reads the keys, and writes nothing.
func MakePlan(wanted []nodeapi.Sysctl, recorded []nodeapi.Setting, tree Tree) Plan {
	var plan Plan
	known := map[string]nodeapi.Setting{}
	for _, setting := range recorded {
		known[setting.Name] = setting
	}
	for _, sysctl := range wanted {
		plan.steps = append(plan.steps, decide(sysctl, known[sysctl.Name], read(tree, sysctl.Name)))
		delete(known, sysctl.Name)
	}
	for _, setting := range recorded { // in the order that they were recorded in
		if _, left := known[setting.Name]; left {
			plan.steps = append(plan.steps, restore(setting, read(tree, setting.Name)))
		}
	}
	return plan
}

// Writes reports whether anything is to be written.
func (p Plan) Writes() bool {
	for _, step := range p.steps {
		if step.write != "" {
			return true
		}
	}
	return false
}

// Intended is what to record before the first write, so that the originals are known even if that fails.
func (p Plan) Intended() []nodeapi.Setting {
	settings := make([]nodeapi.Setting, len(p.steps))
	for i, step := range p.steps {
		settings[i] = step.setting
	}
	return settings
}

// Execute writes what is to be written, and returns what came of it. A key that fails does not stop the others.
func (p Plan) Execute(tree Tree) []nodeapi.Setting {
	settings := []nodeapi.Setting{}
	for _, step := range p.steps {
		setting, keep := step.execute(tree)
		if keep {
			settings = append(settings, setting)
		}
	}
	return settings
}

func (s step) execute(tree Tree) (setting nodeapi.Setting, keep bool) {
	setting = s.setting
	if s.write == "" {
		return setting, !s.forget
	}
	before := setting.Value
	holds, err := tree.Apply(sysctl.Setting{Key: s.key.Key, Value: s.write})
	if holds != nil {
		setting.Value = *holds
	}
	if err == nil {
		return setting, !s.forget
	}
	if s.forget {
		setting.Problem = s.key.problem(fmt.Errorf("restore the original: %w", err))
		return setting, true
	}
	setting.Problem = s.key.problem(err)
	setting.Written = s.earlier
	if setting.Value != before { // the kernel took something else than what was written
		setting.Written = setting.Value
	}
	return setting, true
}

// Look reports what has become of applied settings since. Only what is still wanted as it was applied can have drifted.
func Look(wanted []nodeapi.Sysctl, applied []nodeapi.Setting, tree Tree) []nodeapi.Setting {
	wants := map[string]nodeapi.Sysctl{}
	for _, sysctl := range wanted {
		wants[sysctl.Name] = sysctl
	}
	seen := make([]nodeapi.Setting, len(applied))
	for i, setting := range applied {
		seen[i] = look(wants[setting.Name], setting, read(tree, setting.Name))
	}
	return seen
}

func look(wanted nodeapi.Sysctl, setting nodeapi.Setting, now reading) nodeapi.Setting {
	unread := setting.Value == ""
	setting.Value, setting.Drifted = now.value, false
	if now.err != nil {
		key, _ := lookup(setting.Name)
		setting.Problem = key.problem(now.err)
		return setting
	}
	if unread { // the problem was that it could not be read
		setting.Problem = ""
	}
	applied := wanted.Name != "" && wanted.Value == setting.Wanted
	setting.Drifted = applied && setting.Problem == "" && !satisfies(wanted, now.value)
	return setting
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
