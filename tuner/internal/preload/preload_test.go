package preload

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"wstuning.dev/tuner/internal/sockopt"
)

// library is a file with an unfilled block of the given version in it.
func library(version uint32) []byte {
	block, err := binary.Append([]byte("before"), binary.LittleEndian, settings{Magic: magic, Version: version})
	if err != nil {
		panic(err)
	}
	return append(block, "after"...)
}

func TestTheOptionsAreFilledIntoACopy(t *testing.T) {
	original := library(version)
	for _, test := range []struct {
		options sockopt.Options
		numbers []uint32
	}{
		{sockopt.Options{Keepalive: &sockopt.Keepalive{TimeSeconds: 30, IntervalSeconds: 7, Probes: 3}}, []uint32{1, 30, 7, 3, 0, 0}},
		{sockopt.Options{UserTimeoutSeconds: 86400, Override: true}, []uint32{1, 0, 0, 0, 86400000, 1}},
	} {
		filled, err := fill(original, test.options)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Concat([]byte("before"), magic[:])
		for _, number := range test.numbers {
			want = binary.LittleEndian.AppendUint32(want, number)
		}
		if want = append(want, "after"...); !bytes.Equal(filled, want) {
			t.Errorf("%+v: filled\n%q, want\n%q", test.options, filled, want)
		}
		again, err := fill(filled, sockopt.Options{})
		if err != nil || !bytes.Equal(again, original) {
			t.Errorf("filled again: %q, %v", again, err)
		}
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	for message, content := range map[string][]byte{
		"it has 0 blocks for settings":      []byte("no library"),
		"it has 2 blocks for settings":      slices.Concat(library(version), library(version)),
		"its settings have version 2":       library(2),
		"its block for settings is cut off": library(version)[:len("before")+len(magic)+8],
	} {
		if _, err := fill(content, sockopt.Options{}); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("got %v, want %q", err, message)
		}
	}
}

func install(t *testing.T, folder string) (file string, err error) {
	t.Helper()
	from := filepath.Join(t.TempDir(), "library")
	if err := os.WriteFile(from, library(version), 0o444); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, FileName), Install(from, folder, sockopt.Options{UserTimeoutSeconds: 1})
}

func TestInstallingAgainReplacesTheFile(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	folder := t.TempDir()
	for _, left := range []string{FileName, FileName + ".next"} { // by another run, and by one that was killed
		if err := os.WriteFile(filepath.Join(folder, left), []byte("old"), 0o555); err != nil {
			t.Fatal(err)
		}
	}
	former, err := os.Open(filepath.Join(folder, FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer former.Close()
	file, err := install(t, folder)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if want, _ := fill(library(version), sockopt.Options{UserTimeoutSeconds: 1}); err != nil || !bytes.Equal(content, want) {
		t.Errorf("the file holds %q, %v", content, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o555 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if old, err := io.ReadAll(former); err != nil || string(old) != "old" {
		t.Errorf("a server that uses the former file sees %q, %v", old, err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("files were left: %v", entries)
	}
}

func TestFailuresLeaveNothingBehind(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, FileName, "x"), 0o755); err != nil { // a folder cannot be replaced
		t.Fatal(err)
	}
	if _, err := install(t, folder); err == nil || !strings.Contains(err.Error(), "install the preload library") {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("files were left: %v", entries)
	}
	if _, err := install(t, filepath.Join(folder, "missing")); err == nil {
		t.Error("a missing folder was taken")
	}
}
