package nodesettings

import (
	"errors"
	"fmt"
	"io/fs"

	"wstuning.dev/tuner/internal/nodeapi"
)

// reading is what a key holds, or why that is not known.
type reading struct {
	value string
	err   error
}

// step is what is to be done about one key, and what to record of it before.
type step struct {
	key     key
	setting nodeapi.Setting
	write   string // empty if nothing is to be written
	earlier string // what we wrote before, if the key still holds it
	forget  bool   // the key is no longer wanted: its record goes when this is done
}

// decide finds the step for a key that is wanted. recorded is what was recorded of it since the node booted.
func decide(wanted nodeapi.Sysctl, recorded nodeapi.Setting, now reading) step {
	setting := nodeapi.Setting{Name: wanted.Name, Wanted: wanted.Value, Original: recorded.Original, Written: recorded.Written, Value: now.value}
	key, _ := lookup(wanted.Name)
	if now.err != nil { // also of a key that is not on the list
		setting.Problem = key.problem(now.err)
		return step{key: key, setting: setting}
	}
	if recorded.Written == "" { // nothing of ours is there, so what the key holds now is what it must get back
		setting.Original = now.value
	}
	if err := key.Check(wanted.Value); err != nil {
		setting.Problem = key.problem(err)
		return step{key: key, setting: setting}
	}
	ours := now.value == recorded.Written
	target := wanted.Value
	if wanted.Policy != nodeapi.Exactly {
		floor := now.value
		if ours { // what we raised may come down again, but not below what was there before us
			floor = setting.Original
		}
		target = key.raise(floor, wanted.Value)
	}
	if target == now.value {
		if !ours {
			setting.Written = ""
		}
		return step{key: key, setting: setting}
	}
	setting.Written = target
	next := step{key: key, setting: setting, write: target}
	if ours {
		next.earlier = recorded.Written
	}
	return next
}

// restore finds the step for a key that is no longer wanted: the original comes back unless something else has changed
// the key since.
func restore(recorded nodeapi.Setting, now reading) step {
	key, known := lookup(recorded.Name)
	recorded.Wanted, recorded.Drifted, recorded.Problem, recorded.Value = "", false, "", now.value
	back := step{key: key, setting: recorded, forget: true}
	if known && now.err == nil && recorded.Written != "" && recorded.Written == now.value && recorded.Original != now.value {
		back.write = recorded.Original
	}
	return back
}

func (k key) problem(err error) string {
	if k.missing != "" && errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %s", err, k.missing)
	}
	return nodeapi.Message(err.Error())
}

// satisfies reports whether what the key holds does what is wanted.
func satisfies(wanted nodeapi.Sysctl, value string) bool {
	if wanted.Policy == nodeapi.Exactly {
		return value == wanted.Value
	}
	key, known := lookup(wanted.Name)
	return known && key.raise(value, wanted.Value) == value
}
