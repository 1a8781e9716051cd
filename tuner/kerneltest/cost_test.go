package kerneltest

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheCostCanBeMeasured(t *testing.T) {
	cost := filepath.Join(t.TempDir(), "cost")
	if err := build(cost, "../cost", ""); err != nil {
		t.Fatal(err)
	}
	output := read(t, exec.Command(cost, "--rounds=2", "--connections=50"))
	rows := strings.Split(output, "\n")
	if len(rows) != 9 {
		t.Fatalf("output\n%s", output)
	}
	for i, row := range rows[4:] {
		fields := strings.Split(strings.Trim(row, "| "), " | ")
		name := []string{"without", "Respect", "Override", "Override, counted", "counted"}[i]
		guards := i == 2 || i == 3
		if len(fields) != 7 || fields[0] != name || (fields[4] == "0") != (i == 0) || (fields[5] == "0") == guards {
			t.Errorf("row of %s: %s", name, row)
		}
	}
	left, _ := filepath.Glob(filepath.Join(unifiedHierarchy(t), "wst-cost-*"))
	if len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}
