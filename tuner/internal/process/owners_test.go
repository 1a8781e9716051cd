package process

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wstuning.dev/tuner/internal/socket"
)

type fakeProcess struct {
	pid, parent, uid int
	commandLine      string
	// descriptors are the inodes of its sockets; nil when they may not be seen.
	descriptors []int
}

func fakeTable(t *testing.T, processes ...fakeProcess) Table {
	t.Helper()
	root := t.TempDir()
	for _, p := range processes {
		directory := filepath.Join(root, fmt.Sprint(p.pid))
		write(t, filepath.Join(directory, "status"), fmt.Sprintf(
			"Name:\tp%d\nUmask:\t0022\nPid:\t%d\nPPid:\t%d\nUid:\t0\t%d\t0\t0\n", p.pid, p.pid, p.parent, p.uid))
		write(t, filepath.Join(directory, "cmdline"), p.commandLine+"\x00--flag\x00")
		if p.descriptors == nil {
			continue
		}
		if err := os.Mkdir(filepath.Join(directory, "fd"), 0o755); err != nil {
			t.Fatal(err)
		}
		for i, inode := range p.descriptors {
			if err := os.Symlink(fmt.Sprintf("socket:[%d]", inode), filepath.Join(directory, "fd", fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return NewTable(root)
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOwners(t *testing.T) {
	listener := socket.Socket{State: socket.Listen, UID: 1000, Inode: 77}
	accepted := socket.Socket{State: socket.Established, UID: 33, Inode: 78}
	queued := socket.Socket{State: socket.Established, UID: 0}
	for name, test := range map[string]struct {
		processes []fakeProcess
		sockets   []socket.Socket
		want      []int
	}{
		"the user decides when descriptors cannot be seen": {
			[]fakeProcess{{1, 0, 1000, "node", nil}, {9, 1, 0, "cron", nil}},
			[]socket.Socket{listener}, []int{1},
		},
		"a visible descriptor decides alone": {
			[]fakeProcess{{1, 0, 1000, "node", nil}, {7, 1, 1000, "node", []int{5, 77}}, {8, 1, 1000, "node", []int{5}}},
			[]socket.Socket{listener}, []int{7},
		},
		"visible descriptors without the socket rule a process out": {
			[]fakeProcess{{1, 0, 1000, "node", []int{5}}},
			[]socket.Socket{listener}, nil,
		},
		"workers are found by the connections that they accepted": {
			[]fakeProcess{{1, 0, 1000, "nginx", nil}, {7, 1, 33, "nginx", nil}},
			[]socket.Socket{listener, accepted}, []int{1, 7},
		},
		"a connection that was not accepted shows nothing": {
			[]fakeProcess{{1, 0, 0, "nginx", nil}},
			[]socket.Socket{queued}, nil,
		},
		"tini and shells only wait for the server": {
			[]fakeProcess{{1, 0, 1000, "/sbin/tini", nil}, {6, 1, 1000, "/bin/sh", nil}, {7, 6, 1000, "anycable-go", nil}},
			[]socket.Socket{listener}, []int{7},
		},
		"a lone shell is better than nothing": {
			[]fakeProcess{{1, 0, 1000, "/bin/sh", nil}},
			[]socket.Socket{listener}, []int{1},
		},
		"exec probes come from outside of the container": {
			[]fakeProcess{{1, 0, 1000, "node", nil}, {20, 0, 1000, "curl", nil}, {21, 20, 1000, "ps", nil}, {7, 1, 1000, "node", nil}},
			[]socket.Socket{listener}, []int{1, 7},
		},
		"another user's process is none": {
			[]fakeProcess{{1, 0, 0, "init", nil}},
			[]socket.Socket{listener}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			table := fakeTable(t, test.processes...)
			processes, err := table.List(-1)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, p := range table.Owners(processes, test.sockets) {
				got = append(got, p.PID)
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("owners = %v, want %v", got, test.want)
			}
		})
	}
}

func TestListLeavesOutOneProcess(t *testing.T) {
	table := fakeTable(t, fakeProcess{1, 0, 5, "node", nil}, fakeProcess{2, 0, 6, "tuner", nil})
	processes, err := table.List(2)
	if err != nil || len(processes) != 1 || processes[0] != (Process{PID: 1, Parent: 0, UID: 5, Comm: "p1"}) {
		t.Errorf("List = %+v, %v", processes, err)
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
