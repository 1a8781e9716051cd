package cgroup

import (
	"fmt"
	"sync"
	"syscall"
	"unsafe"
)

// detached is the root of cgroup v2 where no mount shows it, though the node may have groups there. It is empty if it cannot be
// reached: then the node had none either.
var detached = sync.OnceValue(func() []string {
	root, err := mountDetached("cgroup2")
	if err != nil {
		return nil
	}
	return []string{fmt.Sprintf("/proc/self/fd/%d", root)}
})

// Numbers of system calls, which are the same on every architecture, and of include/uapi/linux/mount.h.
const (
	fsopen   = 430
	fsconfig = 431
	fsmount  = 432

	closeOnExec = 1 // of fsopen, and of fsmount
	create      = 6 // FSCONFIG_CMD_CREATE
)

// mountDetached mounts a file system where no one sees it, until the returned descriptor is closed.
func mountDetached(kind string) (root int, err error) {
	name, err := syscall.BytePtrFromString(kind)
	if err != nil {
		return -1, err
	}
	context, _, failure := syscall.Syscall(fsopen, uintptr(unsafe.Pointer(name)), closeOnExec, 0)
	if failure != 0 {
		return -1, fmt.Errorf("fsopen: %w", failure)
	}
	defer syscall.Close(int(context))
	if _, _, failure := syscall.Syscall6(fsconfig, context, create, 0, 0, 0, 0); failure != 0 {
		return -1, fmt.Errorf("fsconfig: %w", failure)
	}
	made, _, failure := syscall.Syscall(fsmount, context, closeOnExec, 0)
	if failure != 0 {
		return -1, fmt.Errorf("fsmount: %w", failure)
	}
	return int(made), nil
}
