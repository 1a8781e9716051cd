package journal

import (
	"path/filepath"

	"wstuning.dev/tuner/internal/podtune"
)

const totalsFile = "totals.json"

type rememberedTotals struct {
	Boot   string             `json:"boot"`
	Totals podtune.KeptTotals `json:"totals"`
}

// RememberTotals keeps what was counted of the pods of this node.
func RememberTotals(folder, boot string, totals podtune.KeptTotals) error {
	return save(filepath.Join(folder, totalsFile), rememberedTotals{boot, totals})
}

// RememberedTotals are those that were kept in this boot; empty if none were.
func RememberedTotals(folder, boot string) (podtune.KeptTotals, error) {
	var kept rememberedTotals
	if found, err := load(filepath.Join(folder, totalsFile), &kept); err != nil || !found || kept.Boot != boot {
		return podtune.KeptTotals{}, err
	}
	return kept.Totals, nil
}
