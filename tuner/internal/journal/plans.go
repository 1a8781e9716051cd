package journal

import (
	"path/filepath"

	"wstuning.dev/tuner/internal/podplan"
)

const plansFile = "plans.json"

// rememberedPlans are those that the API server gave last, by namespace.
type rememberedPlans struct {
	Boot  string                     `json:"boot"`
	Plans map[string][]podplan.Named `json:"plans"`
}

// RememberPlans keeps the plans of all pods: another agent may start while the API server is away.
func RememberPlans(folder, boot string, plans map[string][]podplan.Named) error {
	return save(filepath.Join(folder, plansFile), rememberedPlans{boot, plans})
}

// RememberedPlans are those that were kept in this boot; found is false if none were.
func RememberedPlans(folder, boot string) (plans map[string][]podplan.Named, found bool, err error) {
	var kept rememberedPlans
	found, err = load(filepath.Join(folder, plansFile), &kept)
	if err != nil || !found || kept.Boot != boot {
		return nil, false, err
	}
	return kept.Plans, true, nil
}
