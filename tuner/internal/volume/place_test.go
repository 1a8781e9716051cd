package volume

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

const name = "server"

func TestPlacingAgainReplacesTheFile(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	folder := t.TempDir()
	for _, left := range []string{name, name + ".next"} { // by another run, and by one that was killed
		if err := os.WriteFile(filepath.Join(folder, left), []byte("old"), mode); err != nil {
			t.Fatal(err)
		}
	}
	former, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer former.Close()
	if err := Place(folder, name, strings.NewReader("new")); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(content) != "new" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode() != mode {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if old, err := io.ReadAll(former); err != nil || string(old) != "old" {
		t.Errorf("a server that uses the former file sees %q, %v", old, err)
	}
	onlyOne(t, folder)
}

func TestFailuresLeaveNothingBehind(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, name, "x"), 0o755); err != nil { // a folder cannot be replaced
		t.Fatal(err)
	}
	if err := Place(folder, name, strings.NewReader("new")); !errors.Is(err, syscall.EEXIST) {
		t.Errorf("got %v", err)
	}
	if err := Place(folder, name, iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	onlyOne(t, folder)
	if err := Place(filepath.Join(folder, "missing"), name, strings.NewReader("new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func onlyOne(t *testing.T, folder string) {
	t.Helper()
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("files were left: %v", entries)
	}
}
