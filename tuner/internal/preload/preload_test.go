package preload

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/rlimit"
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

func TestWhatIsWantedIsFilledIntoACopy(t *testing.T) {
	original := library(version)
	for _, test := range []struct {
		wanted  Wanted
		numbers []uint32
	}{
		{Wanted{Options: sockopt.Options{Keepalive: &sockopt.Keepalive{TimeSeconds: 30, IntervalSeconds: 7, Probes: 3}}}, []uint32{2, 30, 7, 3, 0, 0, 0, 0}},
		{Wanted{Options: sockopt.Options{UserTimeoutSeconds: 86400, Override: true}}, []uint32{2, 0, 0, 0, 86400000, 1, 0, 0}},
		{Wanted{OpenFiles: rlimit.Bounds{Minimum: 65536, Maximum: rlimit.MostFiles}}, []uint32{2, 0, 0, 0, 0, 0, 65536, 0x7fffffc0}},
	} {
		filled, err := fill(original, test.wanted)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Concat([]byte("before"), magic[:])
		for _, number := range test.numbers {
			want = binary.LittleEndian.AppendUint32(want, number)
		}
		if want = append(want, "after"...); !bytes.Equal(filled, want) {
			t.Errorf("%+v: filled\n%q, want\n%q", test.wanted, filled, want)
		}
		again, err := fill(filled, Wanted{})
		if err != nil || !bytes.Equal(again, original) {
			t.Errorf("filled again: %q, %v", again, err)
		}
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	for message, content := range map[string][]byte{
		"it has 0 blocks for settings":      []byte("no library"),
		"it has 2 blocks for settings":      slices.Concat(library(version), library(version)),
		"its settings have version 1":       library(1),
		"its block for settings is cut off": library(version)[:len("before")+len(magic)+8],
	} {
		if _, err := fill(content, Wanted{}); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("got %v, want %q", err, message)
		}
	}
}

func TestInstall(t *testing.T) {
	from, folder := filepath.Join(t.TempDir(), "library"), t.TempDir()
	if err := os.WriteFile(from, library(version), 0o444); err != nil {
		t.Fatal(err)
	}
	wanted := Wanted{Options: sockopt.Options{UserTimeoutSeconds: 1}}
	if err := Install(from, folder, wanted); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(folder, FileName))
	if want, _ := fill(library(version), wanted); err != nil || !bytes.Equal(content, want) {
		t.Errorf("the file holds %q, %v", content, err)
	}
	for message, file := range map[string][2]string{
		"read the preload library":    {from + ".missing", folder},
		"install the preload library": {from, filepath.Join(folder, "missing")},
	} {
		if err := Install(file[0], file[1], wanted); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("got %v, want %q", err, message)
		}
	}
}
