package mounts

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"wstuning.dev/e2e/cluster/cgroup"
)

// bpfMagic is BPF_FS_MAGIC of include/uapi/linux/magic.h.
const bpfMagic = 0xcafe4a11

// The main goroutine keeps the first thread, whose mounts /proc/self shows, from the tests.
func init() { runtime.LockOSThread() }

// isolated runs in a thread with a mount namespace of its own, in which before was done. The thread ends with it.
func isolated(t *testing.T, before, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := Isolate(); err != nil {
			t.Error(err)
			runtime.Goexit()
		}
		before()
		if err := Complete(); err != nil {
			t.Error(err)
			runtime.Goexit()
		}
		do()
	}()
	<-done
}

func TestWhatTheNodeAgentNeedsIsMountedAndEndsWithTheNode(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	before, _ := os.ReadFile("/proc/self/mountinfo")
	kept := filepath.Join(objects, "kept-by-a-test")
	for range 2 { // the second node finds nothing of the first
		isolated(t, func() {}, func() {
			if !is(objects, bpfMagic) {
				t.Errorf("no file system of BPF objects is at %s", objects)
			}
			if !is(cgroups, cgroupMagic) && !is(cgroup.Unified, cgroupMagic) {
				t.Error("cgroup v2 is not mounted")
			}
			if err := os.Mkdir(kept, 0o700); err != nil {
				t.Error(err)
			}
		})
		if _, err := os.Stat(kept); err == nil {
			t.Errorf("%s is left", kept)
		}
	}
	if after, _ := os.ReadFile("/proc/self/mountinfo"); string(after) != string(before) {
		t.Errorf("the machine's mounts were\n%s\nand are\n%s", before, after)
	}
}

// The machine may have its own file system of BPF objects, and no cgroup v2.
func TestOnAnotherMachineTheNodeHasTheSame(t *testing.T) {
	if os.Geteuid() != 0 || is(cgroups, cgroupMagic) {
		t.Skip("needs root, and a machine with cgroup v1")
	}
	kept := filepath.Join(objects, "of-the-machine")
	isolated(t, func() {
		if err := mount("bpf", objects, "mode=0700"); err != nil {
			t.Error(err)
		}
		if err := os.Mkdir(kept, 0o700); err != nil {
			t.Error(err)
		}
		syscall.Unmount(cgroup.Unified, syscall.MNT_DETACH)
		// The folder is made in a file system of the test's own.
		if err := syscall.Mount("tmpfs", cgroups, "tmpfs", 0, ""); err != nil {
			t.Error(err)
		}
	}, func() {
		if _, err := os.Stat(kept); err == nil {
			t.Error("the node sees what the machine keeps")
		}
		if !is(objects, bpfMagic) || !is(cgroup.Unified, cgroupMagic) {
			t.Error("not all is mounted")
		}
		table, err := os.ReadFile("/proc/thread-self/mountinfo")
		if points := under(string(table), cgroup.Unified); err != nil || len(points) != 1 || !strings.HasSuffix(points[0], "/unified") {
			t.Errorf("cgroup v2 is mounted at %v, %v", points, err)
		}
	})
}

func TestUnderFindsTheFoldersOwnMountsOnly(t *testing.T) {
	mountinfo := `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:50 / /var/tmp/wstuning/node/kubelet/pods/1/volumes/token rw,relatime shared:7 - tmpfs tmpfs rw
41 27 0:51 / /var/tmp/wstuning rw,relatime - overlay overlay rw
42 27 0:52 / /var/tmp/wstuning-of-another rw,relatime - tmpfs tmpfs rw
43 27 0:53 / /mnt rw,relatime - bind /var/tmp/wstuning rw
`
	got := under(mountinfo, "/var/tmp/wstuning")

	want := []string{"/var/tmp/wstuning/node/kubelet/pods/1/volumes/token", "/var/tmp/wstuning"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
