package main

import (
	"math"
	"testing"

	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/state"
)

func TestTheLimitIsTheLeastOfThree(t *testing.T) {
	nrOpen, err := nrOpen()
	if err != nil {
		t.Fatal(err)
	}
	inherited := rlimit.Limits{Soft: 1024, Hard: 4096}
	for _, test := range []struct {
		name    string
		raises  bool
		maximum uint64
		limit   uint64
	}{
		{"the maximum", true, 50000, 50000},
		{"what the kernel takes", true, math.MaxInt64, nrOpen},
		{"what the runtime can give", false, 50000, 4096},
		{"the maximum, below what the runtime gives", false, 2048, 2048},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (ceiling{inherited, test.raises}).limit(test.maximum); got != test.limit {
				t.Errorf("limit %d, want %d", got, test.limit)
			}
		})
	}
}

func TestWhetherLimitsRaiseIsRemembered(t *testing.T) {
	folder := state.Folder(t.TempDir())
	for _, can := range []bool{true, true, false, false, true} {
		if err := folder.KeepRaises(can); err != nil || folder.Raises() != can {
			t.Errorf("kept %v, got %v, %v", can, folder.Raises(), err)
		}
	}
}
