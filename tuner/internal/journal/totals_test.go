package journal

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/podtune"
)

func TestTotalsAreRememberedUntilTheNextBoot(t *testing.T) {
	folder := t.TempDir()
	totals := podtune.KeptTotals{
		Tunings: []podtune.KeptTuning{{Namespace: "default", Name: "chat", Ended: podtune.Ended{Peer: 1, Server: 2, Reset: 3, Dead: 4}}},
		Pods:    []podtune.KeptPod{{UID: "1", Since: time.Unix(1, 23).UTC(), Ended: podtune.Ended{Reset: 3}}},
	}
	if err := RememberTotals(folder, "one", totals); err != nil {
		t.Fatal(err)
	}
	if got, err := RememberedTotals(folder, "one"); err != nil || !reflect.DeepEqual(got, totals) {
		t.Errorf("found %+v, %v", got, err)
	}
	if got, err := RememberedTotals(folder, "two"); err != nil || len(got.Tunings) != 0 {
		t.Errorf("after a boot: found %+v, %v", got, err)
	}
	if got, err := RememberedTotals(t.TempDir(), "one"); err != nil || len(got.Tunings) != 0 {
		t.Errorf("where none were kept: found %+v, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(folder, totalsFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := RememberedTotals(folder, "one"); err == nil {
		t.Error("torn: no error")
	}
}
