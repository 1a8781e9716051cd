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

// step is what is to be done about one key.
type step struct {
	key     key
	record  Record          // what is known of the key before the write
	drop    bool            // nothing of ours is in the key, or will be without a write
	write   string          // empty if nothing is to be written
	setting nodeapi.Setting // what is reported if nothing is written
}

// decide finds the step for a key that is wanted. reserved is the highest limit that a running container was granted.
func decide(wanted nodeapi.Sysctl, record Record, now reading, reserved uint64) step {
	key, _ := lookup(wanted.Name)
	next := step{key: key, record: record, setting: nodeapi.Setting{
		Name: wanted.Name, Wanted: wanted.Value, Original: record.Original, Written: record.Written, Value: now.value,
	}}
	if now.err != nil { // also of a key that is not on the list
		return next.fails(now.err)
	}
	ours := record.ours(now.value)
	if !ours && record.Written == "" { // nothing of ours is there, so what the key holds now is what it must get back
		next.record = Record{Name: wanted.Name, Original: now.value}
	}
	next.setting.Original = next.record.Original
	if err := key.Check(wanted.Value); err != nil {
		return next.fails(err)
	}
	target := key.target(wanted, next.record.Original, now.value, ours)
	if floor := key.raise(next.record.Original, target); key.keepsOriginal && floor != target {
		if wanted.Policy == nodeapi.Exactly {
			return next.fails(fmt.Errorf("%s cannot be %q on this node, which had %q: give at least that", key.Name, target, next.record.Original))
		}
		target = floor
	}
	switch {
	case target == now.value:
		next.record, next.drop = next.record.holding(now.value), !ours
		next.setting.Written = next.record.Written
		if !ours {
			next.setting.Written = ""
		}
	case key.breaks(target, now.value, reserved):
		next.setting.Waits = waits(reserved)
	default:
		next.write = target
	}
	return next
}

// target is what the key should hold. What we raised may come down again, but not below what was there before us.
func (k key) target(wanted nodeapi.Sysctl, original, now string, ours bool) string {
	if wanted.Policy == nodeapi.Exactly {
		return wanted.Value
	}
	if ours {
		return k.raise(original, wanted.Value)
	}
	return k.raise(now, wanted.Value)
}

// restore finds the step for a key that is no longer wanted: the original comes back unless something else has changed
// the key since.
func restore(record Record, now reading, reserved uint64) step {
	key, known := lookup(record.Name)
	back := step{key: key, record: record, setting: nodeapi.Setting{
		Name: record.Name, Original: record.Original, Written: record.Written, Value: now.value,
	}}
	if !known {
		back.drop = true
		return back
	}
	if now.err != nil {
		return back.fails(now.err)
	}
	back.drop = !record.ours(now.value) || record.Original == now.value
	if back.drop {
		return back
	}
	if err := key.checkShape(record.Original); err != nil { // who could change the journal could otherwise have anything written
		return back.fails(fmt.Errorf("restore the original: %w", err))
	}
	if key.breaks(record.Original, now.value, reserved) {
		back.setting.Waits = waits(reserved)
		return back
	}
	back.write = record.Original
	return back
}

func (s step) fails(err error) step {
	s.setting.Problem = s.key.problem(err)
	return s
}

// breaks reports whether a new value takes away what running containers have: processes that join a container, such as
// those of probes, get its limits again, and the kernel refuses limits above fs.nr_open.
func (k key) breaks(target, now string, reserved uint64) bool {
	return k.Name == nrOpen && k.higher(now, target) && k.higher(fmt.Sprint(reserved), target)
}

func waits(reserved uint64) string {
	return fmt.Sprintf("a running container was granted %d open files: the value goes down when that has ended", reserved)
}

func (k key) problem(err error) string {
	if k.missing != "" && errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %s", err, k.missing)
	}
	return nodeapi.Message(err.Error())
}
