package jsonfile

import (
	"os"
	"path/filepath"
	"testing"
)

type thing struct{ Name string }

func TestWhatIsSavedIsLoaded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "record.json")
	if got, err := Load[thing](file); got != nil || err != nil {
		t.Errorf("of no file: got %v, %v", got, err)
	}
	for _, name := range []string{"first", "second"} {
		if err := Save(file, thing{name}); err != nil {
			t.Fatal(err)
		}
		if got, err := Load[thing](file); err != nil || got.Name != name {
			t.Errorf("got %v, %v, want %s", got, err, name)
		}
	}
	if left, _ := filepath.Glob(file + ".*"); left != nil {
		t.Errorf("left: %v", left)
	}
}

func TestADamagedFileIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "record.json")
	if err := os.WriteFile(file, []byte(`{"Name":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Load[thing](file); err == nil {
		t.Errorf("got %v", got)
	}
}
