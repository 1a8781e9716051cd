package journal

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
)

var records = []nodesettings.Record{{Name: "fs.nr_open", Original: "1048576", Written: "2000000", Writing: "3000000"}}

func open(t *testing.T, folder, boot string) (*Journal, bool) {
	t.Helper()
	journal, found, err := Open(folder, boot)
	if err != nil {
		t.Fatal(err)
	}
	return journal, found
}

func TestTheNextAgentFindsWhatWasKept(t *testing.T) {
	folder := t.TempDir()
	journal, found := open(t, folder, "this boot")
	if found {
		t.Error("there is a journal already")
	}
	if err := journal.Keep(records); err != nil {
		t.Fatal(err)
	}
	if err := journal.KeepHighestGrant(2000000); err != nil {
		t.Fatal(err)
	}
	next, found := open(t, folder, "this boot")
	if !found || !reflect.DeepEqual(next.Records(), records) || next.HighestGrant() != 2000000 {
		t.Errorf("found %v: %+v, %d", found, next.Records(), next.HighestGrant())
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("the folder has %v, %v", left, err)
	}
}

func TestTheJournalOfAnotherBootIsVoid(t *testing.T) {
	folder := t.TempDir()
	journal, _ := open(t, folder, "the boot before")
	if err := journal.Keep(records); err != nil {
		t.Fatal(err)
	}
	if next, found := open(t, folder, "this boot"); found || len(next.Records()) != 0 {
		t.Errorf("found %v: %+v", found, next.Records())
	}
}

func TestWhatCannotBeKeptIsNotKnownEither(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "missing")
	journal, _ := open(t, folder, "this boot")
	if err := journal.Keep(records); err == nil || !strings.Contains(err.Error(), "keep the journal") || len(journal.Records()) != 0 {
		t.Errorf("%v, knows %+v", err, journal.Records())
	}
}

func TestAJournalThatIsNoneIsAnError(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, journalFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, found, err := Open(folder, "this boot"); found || err == nil {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestTheSpecIsRememberedForThisBootAndNode(t *testing.T) {
	folder := t.TempDir()
	node := &nodeapi.Node{Spec: nodeapi.Spec{OpenFiles: &nodeapi.OpenFiles{Maximum: 5}}}
	node.Name, node.Generation = "one", 7
	if got, err := Remembered(folder, "this boot", "one"); got != nil || err != nil {
		t.Errorf("before, it is %+v, %v", got, err)
	}
	if err := Remember(folder, "this boot", node); err != nil {
		t.Fatal(err)
	}
	got, err := Remembered(folder, "this boot", "one")
	if err != nil || got.Generation != 7 || !reflect.DeepEqual(got.Spec, node.Spec) {
		t.Errorf("it is %+v, %v", got, err)
	}
	for boot, name := range map[string]string{"another boot": "one", "this boot": "another"} {
		if got, err := Remembered(folder, boot, name); got != nil || err != nil {
			t.Errorf("for %s and node %s it is %+v, %v", boot, name, got, err)
		}
	}
	for range 2 {
		if err := Forget(folder); err != nil {
			t.Error(err)
		}
	}
	if got, err := Remembered(folder, "this boot", "one"); got != nil || err != nil {
		t.Errorf("forgotten, it is %+v, %v", got, err)
	}
}

func TestOneAgentWritesAndTheNextWaits(t *testing.T) {
	folder := t.TempDir()
	take := func(turn *Turn, want bool) {
		t.Helper()
		if got, err := turn.Take(); err != nil || got != want || turn.Mine() != want {
			t.Errorf("took %v, want %v: %v", got, want, err)
		}
	}
	old, next, third := NewTurn(folder), NewTurn(folder), NewTurn(folder)
	take(old, true)
	take(old, true)
	if old.Followed() {
		t.Error("no one waits yet")
	}
	take(next, false)
	take(third, false)
	if !old.Followed() {
		t.Error("it does not see that another one waits")
	}
	old.Close()
	take(next, true)
	take(third, false)
	third.Close()
	if next.Followed() {
		t.Error("the third has left")
	}
	next.Close()
}
