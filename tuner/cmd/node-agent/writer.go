package main

import (
	"log/slog"
	"time"

	"wstuning.dev/tuner/internal/journal"
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
)

// writer is what the agent has while it is its turn.
type writer struct {
	boot    string
	journal *journal.Journal
	known   bool // the journal has what was written in this boot
	settler *nodesettings.Settler
	log     *slog.Logger
	last    map[string]nodeapi.Setting // what was logged
}

func newWriter(folder, boot string, tree nodesettings.Tree, log *slog.Logger) (*writer, error) {
	kept, found, err := journal.Open(folder, boot)
	if err != nil {
		return nil, err
	}
	return &writer{
		boot: boot, journal: kept, known: found, settler: nodesettings.NewSettler(tree, kept, time.Now), log: log,
		last: map[string]nodeapi.Setting{},
	}, nil
}

// adopt takes from the status what the journal lacks: it was lost, or the agent before this one had none.
func (w *writer) adopt(status nodeapi.Status) {
	if w.known {
		return
	}
	records := []nodesettings.Record{}
	if status.BootID == w.boot { // else the kernel has forgotten what was written, and the originals are others
		for _, setting := range status.Settings {
			if setting.Written != "" {
				records = append(records, nodesettings.Record{Name: setting.Name, Original: setting.Original, Written: setting.Written})
			}
		}
		if status.OpenFiles != nil {
			w.keepHighestGrant(status.OpenFiles.HighestGrant)
		}
	}
	if err := w.journal.Keep(records); err != nil {
		w.log.Error("adopt what was written before", "problem", err)
		return
	}
	w.known = true
}

func (w *writer) keepHighestGrant(limit uint64) {
	if err := w.journal.KeepHighestGrant(limit); err != nil {
		w.log.Error("remember the highest grant", "problem", err)
	}
}

// settle does nothing before it is known what was written before.
func (w *writer) settle(wanted []nodeapi.Sysctl, reserved uint64) (settings []nodeapi.Setting, done bool) {
	if !w.known {
		return nil, false
	}
	settings = w.settler.Settle(wanted, reserved)
	now := map[string]nodeapi.Setting{}
	for _, setting := range settings {
		now[setting.Name] = setting
		if w.last[setting.Name] != setting {
			w.log.Info("setting", "name", setting.Name, "wanted", setting.Wanted, "value", setting.Value, "original", setting.Original,
				"drifted", setting.Drifted, "problem", setting.Problem, "waits", setting.Waits)
		}
	}
	for name := range w.last {
		if _, still := now[name]; !still {
			w.log.Info("setting", "name", name, "undone", true)
		}
	}
	w.last = now
	return settings, true
}
