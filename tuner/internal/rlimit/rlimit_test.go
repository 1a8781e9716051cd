package rlimit

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLimitsOfAProcess(t *testing.T) {
	const head = "Limit                     Soft Limit           Hard Limit           Units     \n" +
		"Max processes             95973                95973                processes \n"
	for name, test := range map[string]struct {
		line string
		want Limits
		ok   bool
	}{
		"usual":     {"Max open files            1024                 524288               files     \n", Limits{1024, 524288}, true},
		"missing":   {"", Limits{}, false},
		"unlimited": {"Max open files            unlimited            unlimited            files     \n", Limits{}, false},
		"cut":       {"Max open files            1024", Limits{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "limits")
			if err := os.WriteFile(file, []byte(head+test.line), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := OfProcess(file)
			if got != test.want || (err == nil) != test.ok {
				t.Errorf("OfProcess = %v, %v", got, err)
			}
		})
	}
}
