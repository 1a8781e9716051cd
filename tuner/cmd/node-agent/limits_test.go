package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/rlimit"
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

func TestWhetherHardLimitsCanBeRaised(t *testing.T) {
	file := filepath.Join(t.TempDir(), "status")
	for content, want := range map[string]string{
		"Name:\tsystemd\nCapBnd:\t000001ffffffffff\n": "true <nil>",
		"Name:\tinit\nCapBnd:\t000001fffeffffff\n":    "false <nil>",
		"Name:\tinit\n":  "has no usable line",
		"CapBnd:\tall\n": "has no usable line",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		raises, err := raisesHardLimits(file)
		if got := fmt.Sprint(raises, err); !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %s", content, got, want)
		}
	}
	if _, err := raisesHardLimits("/none"); err == nil {
		t.Error("a missing file is no error")
	}
}
