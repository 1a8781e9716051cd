package cgroup

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

const mountPoint = "/sys/fs/cgroup"

// openHierarchy opens the root of the hierarchy of cgroup v2.
func openHierarchy() (*os.File, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(mountPoint, &stat); err != nil {
		return nil, fmt.Errorf("look at %s: %w", mountPoint, err)
	}
	if stat.Type == unix.CGROUP2_SUPER_MAGIC {
		return os.Open(mountPoint)
	}
	return mountDetached()
}

// mountDetached mounts the hierarchy where the node has it elsewhere (a hybrid of v1 and v2). The mount is in no mount
// tree, and ends with the last file that is open in it.
//
// There is one file system of cgroup v2, and mounting it again gives it the options of the new mount
// (apply_cgroup_root_flags in kernel/cgroup/cgroup.c): so they must be those that it has.
func mountDetached() (*os.File, error) {
	options, err := presentOptions()
	if err != nil {
		return nil, fmt.Errorf("read the options of cgroup v2: %w", err)
	}
	mount, err := mountWith(options)
	if err != nil {
		return nil, fmt.Errorf("mount cgroup v2 with options %q: %w", options, err)
	}
	return mount, nil
}

func mountWith(options []string) (*os.File, error) {
	context, err := unix.Fsopen("cgroup2", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return nil, err
	}
	defer unix.Close(context)
	for _, option := range options {
		if err := unix.FsconfigSetFlag(context, option); err != nil {
			return nil, err
		}
	}
	if err := unix.FsconfigCreate(context); err != nil {
		return nil, err
	}
	mount, err := unix.Fsmount(context, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV|unix.MOUNT_ATTR_NOEXEC)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(mount), "cgroup2"), nil
}
