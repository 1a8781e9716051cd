package podtune

import (
	"maps"
	"slices"
	"time"
)

// KeptTotals are what the next agent must know so that no connection is lost to its totals, or counted twice.
type KeptTotals struct {
	Tunings []KeptTuning `json:"tunings"`
	Pods    []KeptPod    `json:"pods"`
}

// KeptTuning is a tuning, and what its pods had.
type KeptTuning struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Ended
}

// KeptPod is what of a pod is in the totals.
type KeptPod struct {
	UID   string    `json:"uid"`
	Since time.Time `json:"since"`
	Ended
}

// Keep returns what there is to keep; nil before anything was counted.
func (t *Totals) Keep() *KeptTotals {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if !t.counting {
		return nil
	}
	kept := &KeptTotals{}
	for _, of := range t.order() {
		kept.Tunings = append(kept.Tunings, KeptTuning{of.namespace, of.name, t.byTuning[of].ended})
	}
	for _, uid := range slices.Sorted(maps.Keys(t.last)) {
		kept.Pods = append(kept.Pods, KeptPod{uid, t.last[uid].since, t.last[uid].ended})
	}
	return kept
}

// Recall goes on with what another agent kept, unless this one has counted already.
func (t *Totals) Recall(kept KeptTotals) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.counting || len(kept.Tunings) > mostTotals {
		return
	}
	t.counting = true
	for _, of := range kept.Tunings {
		t.byTuning[tuning{of.Namespace, of.Name}] = &total{ended: of.Ended}
	}
	for _, pod := range kept.Pods {
		t.last[pod.UID] = latest{since: pod.Since, ended: pod.Ended}
	}
}
