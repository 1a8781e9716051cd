package serving

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wstuning.dev/tuner/internal/process"
	"wstuning.dev/tuner/internal/socket"
)

type fakeProcess struct {
	pid, parent, uid int
	commandLine      string
	// descriptors are the inodes of its sockets; nil when they may not be seen.
	descriptors []int
}

func fakeTable(t *testing.T, processes []fakeProcess) process.Table {
	t.Helper()
	root := t.TempDir()
	for _, p := range processes {
		directory := filepath.Join(root, fmt.Sprint(p.pid))
		check(t, os.Mkdir(directory, 0o755))
		check(t, os.WriteFile(filepath.Join(directory, "status"), fmt.Appendf(nil, "Name:\tp\nPPid:\t%d\nUid:\t0\t%d\t0\t0\n", p.parent, p.uid), 0o644))
		check(t, os.WriteFile(filepath.Join(directory, "cmdline"), []byte(p.commandLine+"\x00--flag\x00"), 0o644))
		if p.descriptors == nil {
			continue
		}
		check(t, os.Mkdir(filepath.Join(directory, "fd"), 0o755))
		for i, inode := range p.descriptors {
			check(t, os.Symlink(fmt.Sprintf("socket:[%d]", inode), filepath.Join(directory, "fd", fmt.Sprint(i))))
		}
	}
	return process.NewTable(root)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, processes []fakeProcess, ports map[uint16]*Port) Evidence {
	t.Helper()
	table := fakeTable(t, processes)
	list, err := table.List(-1)
	check(t, err)
	return Look(table, list, ports)
}

var (
	listener = socket.Socket{State: socket.Listen, UID: 1000, Inode: 77, Cgroup: 1}
	second   = socket.Socket{State: socket.Listen, UID: 1000, Inode: 76, Cgroup: 1}
	accepted = socket.Socket{State: socket.Established, UID: 1000, Inode: 78}
	others   = socket.Socket{State: socket.Established, UID: 33, Inode: 79}
	queued   = socket.Socket{State: socket.Established, UID: 0}
)

func TestServers(t *testing.T) {
	node := func(pid, parent int, descriptors ...int) fakeProcess {
		return fakeProcess{pid, parent, 1000, "node", slices.Concat([]int{}, descriptors)}
	}
	hidden := func(pid, parent, uid int, program string) fakeProcess {
		return fakeProcess{pid, parent, uid, program, nil}
	}
	for name, test := range map[string]struct {
		processes []fakeProcess
		port      Port
		want      []int
		undecided Reason
	}{
		"a descriptor decides alone": {
			[]fakeProcess{hidden(1, 0, 1000, "node"), node(7, 1, 5, 77), node(8, 1, 5)},
			Port{Listeners: []socket.Socket{listener}}, []int{7}, "",
		},
		"workers without a master that serves": {
			[]fakeProcess{node(1, 0, 5), node(7, 1, 77), node(8, 1, 77)},
			Port{Listeners: []socket.Socket{listener}}, []int{7, 8}, "",
		},
		"a master and workers, before the first connection": {
			[]fakeProcess{node(1, 0, 77), node(7, 1, 77), node(8, 1, 77)},
			Port{Listeners: []socket.Socket{listener}}, []int{1, 7, 8}, NoConnections,
		},
		"a worker that accepted one, and one that is idle": {
			[]fakeProcess{node(1, 0, 77), node(7, 1, 77, 78), node(8, 1, 77)},
			Port{[]socket.Socket{listener}, []socket.Socket{accepted}}, []int{7, 8}, "",
		},
		"workers that are given connections by a master": {
			[]fakeProcess{node(1, 0, 77), node(7, 1, 78), node(8, 1)},
			Port{[]socket.Socket{listener}, []socket.Socket{accepted}}, []int{7}, "",
		},
		"a helper that inherited the listener": {
			[]fakeProcess{node(1, 0, 77, 78), node(7, 1, 77), node(8, 7, 77)},
			Port{[]socket.Socket{listener}, []socket.Socket{accepted}}, []int{1}, "",
		},
		"two masters, of which one has a worker that accepted a connection": {
			[]fakeProcess{node(1, 0), node(2, 1, 77), node(3, 2, 77, 78), node(4, 1, 76), node(5, 4, 76)},
			Port{[]socket.Socket{listener, second}, []socket.Socket{accepted}}, []int{3, 4, 5}, NoConnections,
		},
		"a parent with a listener of its own": {
			[]fakeProcess{node(1, 0, 77), node(7, 1, 76)},
			Port{Listeners: []socket.Socket{listener, second}}, []int{1, 7}, "",
		},
		"the user leaves one": {
			[]fakeProcess{hidden(1, 0, 1000, "node"), hidden(9, 0, 0, "cron")},
			Port{Listeners: []socket.Socket{listener}}, []int{1}, "",
		},
		"the user leaves two": {
			[]fakeProcess{hidden(1, 0, 1000, "supervisord"), hidden(7, 1, 1000, "node")},
			Port{Listeners: []socket.Socket{listener}}, []int{1, 7}, NoDescriptors,
		},
		"the user leaves one, and a child of another user that may have inherited the listener": {
			[]fakeProcess{hidden(1, 0, 1000, "nginx"), hidden(7, 1, 33, "nginx")},
			Port{Listeners: []socket.Socket{listener}}, []int{1, 7}, NoDescriptors,
		},
		"workers of another user have accepted connections": {
			[]fakeProcess{hidden(1, 0, 1000, "nginx"), hidden(7, 1, 33, "nginx")},
			Port{[]socket.Socket{listener}, []socket.Socket{others}}, []int{7}, "",
		},
		"a connection that waits to be accepted shows nothing": {
			[]fakeProcess{hidden(1, 0, 0, "init"), hidden(7, 1, 1000, "node")},
			Port{[]socket.Socket{listener}, []socket.Socket{queued}}, []int{7}, "",
		},
		"a server that changed its user": {
			[]fakeProcess{hidden(1, 0, 33, "uwsgi")},
			Port{Listeners: []socket.Socket{listener}}, []int{1}, "",
		},
		"tini and shells only wait for the server": {
			[]fakeProcess{hidden(1, 0, 1000, "/sbin/tini"), hidden(6, 1, 1000, "/bin/sh"), hidden(7, 6, 1000, "anycable-go")},
			Port{Listeners: []socket.Socket{listener}}, []int{7}, "",
		},
		"a lone shell is better than nothing": {
			[]fakeProcess{hidden(1, 0, 1000, "/bin/sh")}, Port{Listeners: []socket.Socket{listener}}, []int{1}, "",
		},
		"exec probes come from outside of the container": {
			[]fakeProcess{hidden(1, 0, 1000, "node"), hidden(20, 0, 1000, "curl"), hidden(21, 20, 1000, "ps")},
			Port{Listeners: []socket.Socket{listener}}, []int{1}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			servers := look(t, test.processes, map[uint16]*Port{8080: &test.port}).Servers([]Port{test.port})
			var got []int
			for _, p := range servers.Processes {
				got = append(got, p.PID)
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) || servers.Undecided != test.undecided {
				t.Errorf("%v, undecided %q; want %v, %q", got, servers.Undecided, test.want, test.undecided)
			}
		})
	}
}

func TestServersWithoutSockets(t *testing.T) {
	for name, test := range map[string]struct {
		processes []fakeProcess
		want      int
		undecided Reason
	}{
		"one":             {[]fakeProcess{{1, 0, 1000, "tini", nil}, {7, 1, 1000, "node", []int{5}}, {20, 0, 1000, "curl", nil}}, 1, ""},
		"two":             {[]fakeProcess{{1, 0, 1000, "supervisord", nil}, {7, 1, 1000, "node", nil}}, 2, NoSockets},
		"nothing listens": {[]fakeProcess{{1, 0, 1000, "node", nil}}, 1, ""},
	} {
		servers := look(t, test.processes, nil).WithoutSockets()
		if len(servers.Processes) != test.want || servers.Undecided != test.undecided {
			t.Errorf("%s: %+v", name, servers)
		}
	}
	if servers := look(t, []fakeProcess{{1, 0, 0, "sh", nil}, {7, 1, 0, "x", nil}}, nil).Servers(nil); len(servers.Processes) != 1 || servers.Processes[0].PID != 1 {
		t.Errorf("without a listener: %+v", servers)
	}
}

// The cgroup of the server is 1.
func TestClaim(t *testing.T) {
	in := func(uid uint32, inode uint32, cgroup uint64) *Port {
		return &Port{Listeners: []socket.Socket{{UID: uid, Inode: inode, Cgroup: cgroup}}}
	}
	seen, hidden := []fakeProcess{{1, 0, 1000, "node", []int{77}}}, []fakeProcess{{1, 0, 1000, "node", nil}}
	for name, test := range map[string]struct {
		processes []fakeProcess
		ports     map[uint16]*Port
		known     []uint16
		shared    bool
		want      Claims
	}{
		"by descriptors": {seen, map[uint16]*Port{80: in(1000, 77, 1), 90: in(1000, 78, 1)}, nil, false, Claims{[]uint16{80}, 0}},
		"by user":        {hidden, map[uint16]*Port{80: in(1000, 77, 1), 15008: in(0, 78, 2)}, nil, false, Claims{[]uint16{80}, 0}},
		"by user, and another container may listen":                 {hidden, map[uint16]*Port{80: in(1000, 77, 1)}, nil, true, Claims{nil, 1}},
		"by descriptors, and another container may":                 {seen, map[uint16]*Port{80: in(1000, 77, 1)}, nil, true, Claims{[]uint16{80}, 0}},
		"by user, and another container may, but the port is known": {hidden, map[uint16]*Port{80: in(1000, 77, 1)}, []uint16{80}, true, Claims{[]uint16{80}, 0}},
		"two containers of one user":                                {hidden, map[uint16]*Port{80: in(1000, 77, 1), 90: in(1000, 78, 2)}, nil, false, Claims{nil, 2}},
		"two of one user, without cgroup v2":                        {hidden, map[uint16]*Port{80: in(1000, 77, 9), 90: in(1000, 78, 9)}, nil, false, Claims{[]uint16{80, 90}, 0}},
		"two of one user, and one port is known":                    {hidden, map[uint16]*Port{80: in(1000, 77, 1), 81: in(1000, 79, 1), 90: in(1000, 78, 2)}, []uint16{80}, false, Claims{[]uint16{80, 81}, 0}},
		"a user that no process has":                                {hidden, map[uint16]*Port{80: in(0, 77, 1)}, nil, false, Claims{nil, 1}},
		"a user that accepted a connection":                         {hidden, map[uint16]*Port{80: {in(0, 77, 1).Listeners, []socket.Socket{accepted}}}, nil, false, Claims{[]uint16{80}, 0}},
		"nothing listens":                                           {hidden, nil, nil, false, Claims{}},
	} {
		if got := look(t, test.processes, test.ports).Claim(test.ports, test.known, !test.shared); !slices.Equal(got.Server, test.want.Server) || got.Unclear != test.want.Unclear {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}
