package cgroup

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// presentOptions reads the options of cgroup v2 without changing them: a mount from another cgroup namespace than the
// initial one does not (apply_cgroup_root_flags). That mount is seen, and lives, in a thread alone.
func presentOptions() (options []string, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine, and its namespaces with it
		options, err = readOptionsHere()
	}()
	<-done
	return options, err
}

func readOptionsHere() ([]string, error) {
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP); err != nil {
		return nil, os.NewSyscallError("unshare", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, os.NewSyscallError("make mounts private", err)
	}
	const place = "/dev" // any directory that every container has
	if err := unix.Mount("cgroup2", place, "cgroup2", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return nil, os.NewSyscallError("mount", err)
	}
	mounts, err := os.ReadFile("/proc/thread-self/mountinfo")
	if err != nil {
		return nil, err
	}
	return superOptions(string(mounts), place)
}

// notOfCgroup are options that any file system shows, and that are none of this one's parameters. Those with a value
// are of a security module.
var notOfCgroup = []string{"rw", "ro", "sync", "dirsync", "mand", "lazytime", "seclabel"}

// superOptions takes the content of a mountinfo file (proc_pid_mountinfo(5)).
func superOptions(mountinfo, place string) ([]string, error) {
	for line := range strings.Lines(mountinfo) {
		mount, system, _ := strings.Cut(strings.TrimSpace(line), " - ")
		mounted, shown := strings.Fields(mount), strings.Fields(system)
		if len(mounted) < 5 || mounted[4] != place || len(shown) != 3 || shown[0] != "cgroup2" {
			continue
		}
		return slices.DeleteFunc(strings.Split(shown[2], ","), func(option string) bool {
			return slices.Contains(notOfCgroup, option) || strings.Contains(option, "=")
		}), nil
	}
	return nil, errors.New("the mount is not shown")
}
