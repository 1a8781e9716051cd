package journal

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/podplan"
)

func TestPlansAreRememberedUntilTheNextBoot(t *testing.T) {
	folder := t.TempDir()
	if _, found, err := RememberedPlans(folder, "one"); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
	plans := map[string][]podplan.Named{"chat": {{Name: "chat", Plan: podplan.Plan{
		Created: time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC), Via: podplan.NodeAgent, Hash: "v1:0123456789ab", Container: "server",
		Selector: podplan.Selector{
			MatchLabels:      map[string]string{"app": "chat"},
			MatchExpressions: []podplan.Requirement{{Key: "tier", Operator: "NotIn", Values: []string{"batch"}}},
		},
		Arguments: []string{"apply", "net.ipv4.tcp_rmem=4096 131072 6291456"}, OpenFiles: &podplan.OpenFiles{Minimum: 1, Maximum: 2},
	}}}}
	if err := RememberPlans(folder, "one", plans); err != nil {
		t.Fatal(err)
	}
	got, found, err := RememberedPlans(folder, "one")
	if !found || err != nil || !reflect.DeepEqual(got, plans) {
		t.Errorf("found %v, %v, %+v", found, err, got)
	}
	if _, found, err := RememberedPlans(folder, "two"); found || err != nil {
		t.Errorf("after a boot: found %v, %v", found, err)
	}
	if err := os.WriteFile(filepath.Join(folder, "plans.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, found, err := RememberedPlans(folder, "one"); found || err == nil {
		t.Errorf("torn: found %v, %v", found, err)
	}
}
