package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// makeCgroup makes a cgroup, and returns what removes it once it is empty.
func makeCgroup(name string) (directory *os.File, remove func(), err error) {
	hierarchy, err := unifiedHierarchy()
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(hierarchy, fmt.Sprintf("wst-cost-%d-%s", os.Getpid(), name))
	if err := os.Mkdir(path, 0o755); err != nil {
		return nil, nil, err
	}
	remove = func() {
		for range 100 {
			if unix.Rmdir(path) == nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		fmt.Fprintf(os.Stderr, "cost: %s is left over\n", path)
	}
	directory, err = os.Open(path)
	if err != nil {
		remove()
	}
	return directory, remove, err
}

func unifiedHierarchy() (string, error) {
	for _, place := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
		var stat unix.Statfs_t
		if unix.Statfs(place, &stat) == nil && stat.Type == unix.CGROUP2_SUPER_MAGIC {
			return place, nil
		}
	}
	return "", errors.New("this host has no cgroup v2 mounted")
}

func into(cgroup *os.File) func(*exec.Cmd) {
	return func(command *exec.Cmd) {
		command.SysProcAttr.UseCgroupFD, command.SysProcAttr.CgroupFD = true, int(cgroup.Fd())
	}
}

// runTime is how long the programs of the cgroup have run since statistics were switched on, and how often.
func runTime(cgroup *os.File, kind ebpf.AttachType) (total time.Duration, runs uint64, err error) {
	found, err := link.QueryPrograms(link.QueryOptions{Target: int(cgroup.Fd()), Attach: kind})
	if err != nil {
		return 0, 0, err
	}
	for _, attached := range found.Programs {
		program, err := ebpf.NewProgramFromID(attached.ID)
		if err != nil {
			return 0, 0, err
		}
		statistics, err := program.Stats()
		program.Close()
		if err != nil {
			return 0, 0, err
		}
		total, runs = total+statistics.Runtime, runs+statistics.RunCount
	}
	return total, runs, nil
}
