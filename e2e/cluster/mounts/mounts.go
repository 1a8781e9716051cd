// Package mounts gives the node a mount namespace of its own.
package mounts

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"

	"wstuning.dev/e2e/cluster/cgroup"
)

// Isolate moves the calling goroutine into a new mount namespace, and with it every process that it starts from now on.
// So the node's hundreds of mounts never show on the machine, its propagation stays as it is, and they all vanish with
// the node's last process. The namespace receives the machine's mounts and shares its own only among pods, as the
// kubelet needs it.
//
// The thread is never given back: the goroutine must end, or the program.
func Isolate() error {
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
		return fmt.Errorf("make a mount namespace: %w", err)
	}
	for _, propagation := range []uintptr{syscall.MS_SLAVE, syscall.MS_SHARED} {
		if err := syscall.Mount("", "/", "", syscall.MS_REC|propagation, ""); err != nil {
			return fmt.Errorf("set the propagation of the node's mounts: %w", err)
		}
	}
	return nil
}

// Complete adds what the node agent needs to tune pods, and systemd mounts on other nodes. It must be called after Isolate, on the
// same goroutine. The file system of BPF objects is always the node's own, because what is kept in one acts as long as that is
// mounted: so it ends with the node's last process, however that ends. There is but one cgroup v2, so one that is mounted is left.
func Complete() error {
	if err := mount("bpf", objects, "mode=0700"); err != nil {
		return err
	}
	if is(cgroups, cgroupMagic) || is(cgroup.Unified, cgroupMagic) {
		return nil
	}
	if err := os.Mkdir(cgroup.Unified, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the place of cgroup v2: %w", err)
	}
	return mount("cgroup2", cgroup.Unified, "")
}

// Where the kernel and systemd have them.
const (
	objects = "/sys/fs/bpf"
	cgroups = "/sys/fs/cgroup"
)

// cgroupMagic is CGROUP2_SUPER_MAGIC of include/uapi/linux/magic.h.
const cgroupMagic = 0x63677270

func is(place string, magic int64) bool {
	var stat syscall.Statfs_t
	return syscall.Statfs(place, &stat) == nil && int64(stat.Type) == magic
}

// mount leaves out what the kernel does not have: the node works without, and its agent reports that.
func mount(kind, place, options string) error {
	err := syscall.Mount(kind, place, kind, syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, options)
	if err == nil || errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENOENT) {
		return nil
	}
	return fmt.Errorf("mount %s at %s: %w", kind, place, err)
}

// Under returns the mount points at or below a folder that this process sees.
func Under(folder string) ([]string, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("read the mounts: %w", err)
	}
	return under(string(table), folder), nil
}

func under(mountinfo, folder string) []string {
	var points []string
	lines := bufio.NewScanner(strings.NewReader(mountinfo))
	for lines.Scan() {
		// proc_pid_mountinfo(5): the fifth field is the mount point.
		fields := strings.Fields(lines.Text())
		if len(fields) > 4 && (fields[4] == folder || strings.HasPrefix(fields[4], folder+"/")) {
			points = append(points, fields[4])
		}
	}
	return points
}
