package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHierarchies(t *testing.T) {
	for name, test := range map[string]struct {
		mountinfo string
		want      []string
		unified   bool
	}{
		"cgroup v2": {
			"30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
			[]string{"/sys/fs/cgroup"}, true,
		},
		"hybrid": {
			"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n" +
				"32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n" +
				"41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
			[]string{"/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/unified"}, true,
		},
		"v1": {
			"32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n", []string{"/sys/fs/cgroup/cpu"}, false,
		},
		"a container's private mount elsewhere": {
			"50 23 0:38 / /run/pod/cgroup rw - cgroup2 cgroup2 rw\n", nil, false,
		},
	} {
		if got, unified := hierarchies(test.mountinfo); !slices.Equal(got, test.want) || unified != test.unified {
			t.Errorf("%s: got %v, %v, want %v, %v", name, got, unified, test.want, test.unified)
		}
	}
}

// The node's groups are found where the machine has cgroup v2 mounted nowhere.
func TestGroupsOfUnmountedV2AreFound(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	roots := detached()
	if len(roots) != 1 {
		t.Fatalf("got %v", roots)
	}
	folder := filepath.Join(roots[0], fmt.Sprintf("wstuning-test-%d", os.Getpid()), "inner")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "cgroup.procs")); err != nil {
		t.Error(err)
	}
	for _, made := range []string{folder, filepath.Dir(folder)} {
		if err := os.Remove(made); err != nil {
			t.Error(err)
		}
	}
	if table, err := os.ReadFile("/proc/self/mountinfo"); err != nil || strings.Contains(string(table), roots[0]) {
		t.Errorf("it is mounted: %v", err)
	}
}

func TestPrepareHandsDownCPUsOnceAndControllers(t *testing.T) {
	parent := t.TempDir()
	child := filepath.Join(parent, Name)
	if err := os.Mkdir(child, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(file, content string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(parent, "cpuset.cpus"), "0-1\n")
	write(filepath.Join(parent, "cpuset.mems"), "0\n")
	write(filepath.Join(child, "cpuset.cpus"), "\n")
	write(filepath.Join(child, "cpuset.mems"), "7\n")
	write(filepath.Join(parent, "cgroup.controllers"), "memory\n")
	write(filepath.Join(parent, "cgroup.subtree_control"), "")

	if err := prepare(child); err != nil {
		t.Fatal(err)
	}

	for file, want := range map[string]string{
		filepath.Join(child, "cpuset.cpus"):             "0-1\n",
		filepath.Join(child, "cpuset.mems"):             "7\n",
		filepath.Join(parent, "cgroup.subtree_control"): "+memory",
	} {
		if got, _ := os.ReadFile(file); string(got) != want {
			t.Errorf("%s holds %q, want %q", file, got, want)
		}
	}
}
