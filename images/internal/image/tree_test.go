package image

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestTreeComesOutOfUnpackAsItWas(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(from, "usr", "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(from, "usr", "program")
	if err := os.WriteFile(program, []byte("#!"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(program, 0o755|fs.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("usr", filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}

	files, err := Tree(from, "/opt")
	if err != nil {
		t.Fatal(err)
	}
	if err := Unpack(to, layerOf(files...)); err != nil {
		t.Fatal(err)
	}

	info, err := os.Stat(filepath.Join(to, "opt", "link", "program"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o755 {
		t.Errorf("the program has mode %v, want it executable and not setuid", info.Mode())
	}
	if !info.ModTime().Equal(Timestamp) {
		t.Errorf("the program is of %v, want %v", info.ModTime(), Timestamp)
	}
	if info, err := os.Stat(filepath.Join(to, "opt", "usr", "empty")); err != nil || !info.IsDir() {
		t.Errorf("the empty folder is missing: %v", err)
	}
}
