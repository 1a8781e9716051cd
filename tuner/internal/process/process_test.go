package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestListLeavesOutOneProcess(t *testing.T) {
	root := t.TempDir()
	for _, pid := range []string{"1", "2"} {
		write(t, filepath.Join(root, pid, "status"), "Name:\tp"+pid+"\nUmask:\t0022\nPid:\t"+pid+"\nPPid:\t0\nUid:\t0\t5\t0\t0\n")
	}
	processes, err := NewTable(root).List(2)
	if err != nil || len(processes) != 1 || processes[0] != (Process{PID: 1, Parent: 0, UID: 5, Comm: "p1"}) {
		t.Errorf("List = %+v, %v", processes, err)
	}
}

func TestProcessesThatEndedAreLeftOut(t *testing.T) {
	root := t.TempDir()
	for pid, state := range map[string]string{
		"1": "S (sleeping)\nThreads:\t1", "2": "Z (zombie)\nThreads:\t1", "3": "Z (zombie)\nThreads:\t2", "4": "X (dead)\nThreads:\t1",
	} {
		write(t, filepath.Join(root, pid, "status"), "Name:\tp\nPPid:\t1\nUid:\t0\t5\t0\t0\nState:\t"+state+"\n")
	}
	processes, err := NewTable(root).List(-1)
	if err != nil || len(processes) != 2 || processes[0].PID != 1 || processes[1].PID != 3 {
		t.Errorf("List = %+v, %v", processes, err)
	}
}

func TestWrappersAreKnownByTheirProgram(t *testing.T) {
	root := t.TempDir()
	for commandLine, want := range map[string]bool{"/sbin/tini --": true, "/bin/sh -c x": true, "node server.js": false, "/usr/bin/python3 sh": false} {
		write(t, filepath.Join(root, "7", "cmdline"), strings.ReplaceAll(commandLine, " ", "\x00")+"\x00")
		if got := NewTable(root).Wraps(7); got != want {
			t.Errorf("%s: %v", commandLine, got)
		}
	}
	if NewTable(root).Wraps(8) {
		t.Error("a process that ended is taken for a wrapper")
	}
}

func TestFamily(t *testing.T) {
	// 20 is from outside of the container, as its child 21 is; 30 and 31 are each other's parents, which must not last for ever.
	family := FamilyOf([]Process{{PID: 1}, {PID: 7, Parent: 1}, {PID: 8, Parent: 7}, {PID: 20}, {PID: 21, Parent: 20}, {PID: 30, Parent: 31}, {PID: 31, Parent: 30}})
	for _, test := range []struct {
		pid, ancestor int
		want          bool
	}{{8, 7, true}, {8, 1, true}, {7, 8, false}, {7, 7, false}, {21, 20, true}, {21, 1, false}, {30, 1, false}} {
		if got := family.Descends(test.pid, test.ancestor); got != test.want {
			t.Errorf("Descends(%d, %d) = %v", test.pid, test.ancestor, got)
		}
	}
	for pid, want := range map[int]bool{1: true, 7: true, 8: true, 20: false, 21: false, 31: false} {
		if got := family.InContainer(pid); got != want {
			t.Errorf("InContainer(%d) = %v", pid, got)
		}
	}
}

func TestNamesArePrintable(t *testing.T) {
	for name, want := range map[string]string{
		"node": "node", "a\x1b[1mb": "a?[1mb", "naïve": "na?ve", "((sd-pam))": "((sd-pam))", "0123456789abcdefgh": "0123456789abcde",
	} {
		if got := printable(name); got != want {
			t.Errorf("printable(%q) = %q, want %q", name, got, want)
		}
	}
}
