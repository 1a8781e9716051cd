package kerneltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// podCgroup is the cgroup of a pod, as the kubelet makes it in the hierarchy of cgroup v2.
type podCgroup struct {
	t    *testing.T
	path string
}

const leftovers = "wst-kerneltest-"

func newPodCgroup(t *testing.T) *podCgroup {
	t.Helper()
	hierarchy := unifiedHierarchy(t)
	removeLeftovers(hierarchy)
	parent, err := os.MkdirTemp(hierarchy, leftovers)
	if err != nil {
		t.Fatal(err)
	}
	pod := filepath.Join(parent, "kubepods", "burstable", "pod0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55")
	if err := os.MkdirAll(pod, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 50 { // until the last process is gone
			if removeCgroups(parent) == nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Errorf("%s cannot be removed", parent)
	})
	return &podCgroup{t, pod}
}

// removeLeftovers removes what tests left that were killed. A cgroup with processes in it stays.
func removeLeftovers(hierarchy string) {
	old, _ := filepath.Glob(filepath.Join(hierarchy, leftovers+"*"))
	for _, directory := range old {
		if info, err := os.Stat(directory); err == nil && time.Since(info.ModTime()) > time.Hour {
			removeCgroups(directory)
		}
	}
}

// unifiedHierarchy is where the host has cgroup v2 mounted.
func unifiedHierarchy(t *testing.T) string {
	t.Helper()
	for _, place := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
		var stat unix.Statfs_t
		if unix.Statfs(place, &stat) == nil && stat.Type == unix.CGROUP2_SUPER_MAGIC {
			return place
		}
	}
	t.Fatal("this host has no cgroup v2")
	return ""
}

func removeCgroups(directory string) error {
	entries, _ := os.ReadDir(directory)
	for _, entry := range entries {
		if entry.IsDir() {
			removeCgroups(filepath.Join(directory, entry.Name()))
		}
	}
	return syscall.Rmdir(directory)
}

// container returns what starts commands in a container's cgroup.
func (c *podCgroup) container(name string) func(*exec.Cmd) *exec.Cmd {
	c.t.Helper()
	path := filepath.Join(c.path, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		c.t.Fatal(err)
	}
	directory := c.open(path)
	return func(command *exec.Cmd) *exec.Cmd {
		if command.SysProcAttr == nil {
			command.SysProcAttr = &syscall.SysProcAttr{}
		}
		command.SysProcAttr.UseCgroupFD, command.SysProcAttr.CgroupFD = true, int(directory.Fd())
		return command
	}
}

func (c *podCgroup) open(path string) *os.File {
	c.t.Helper()
	directory, err := os.Open(path)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { directory.Close() })
	return directory
}

// programs are the names of what is attached to the pod's cgroup, in its order.
func (c *podCgroup) programs() string {
	c.t.Helper()
	var names []string
	for _, kind := range []ebpf.AttachType{ebpf.AttachCGroupSockOps, ebpf.AttachCGroupSetsockopt} {
		found, err := link.QueryPrograms(link.QueryOptions{Target: int(c.open(c.path).Fd()), Attach: kind})
		if err != nil {
			c.t.Fatal(err)
		}
		for _, attached := range found.Programs {
			program, err := ebpf.NewProgramFromID(attached.ID)
			if err != nil {
				c.t.Fatal(err)
			}
			info, err := program.Info()
			program.Close()
			if err != nil {
				c.t.Fatal(err)
			}
			names = append(names, fmt.Sprintf("%s:%s", strings.ToLower(kind.String()), info.Name))
		}
	}
	return strings.Join(names, " ")
}
