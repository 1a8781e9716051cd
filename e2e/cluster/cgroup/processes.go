package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Folders returns the node's control groups in every hierarchy, parents first.
func Folders() ([]string, error) { return folders("") }

// folders are those at and below a group of the node's, "" for all.
func folders(group string) ([]string, error) {
	roots, err := Hierarchies()
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, root := range roots {
		err := filepath.WalkDir(filepath.Join(root, Name, group), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // not made yet, or gone meanwhile
			}
			if err == nil && entry.IsDir() {
				folders = append(folders, path)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list the node's control groups: %w", err)
		}
	}
	return folders, nil
}

// Processes returns every process of the node and its pods.
func Processes() ([]int, error) { return processes("") }

func processes(group string) ([]int, error) {
	folders, err := folders(group)
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, folder := range folders {
		list, err := os.ReadFile(filepath.Join(folder, "cgroup.procs"))
		if err != nil {
			continue // gone meanwhile
		}
		for _, field := range strings.Fields(string(list)) {
			// 0 stands for a process outside of our PID namespace.
			if pid, err := strconv.Atoi(field); err == nil && pid > 0 {
				pids = append(pids, pid)
			}
		}
	}
	slices.Sort(pids)
	return slices.Compact(pids), nil
}

// KillAll ends every process of the node and its pods, and returns when they are gone. A shim may start another process
// while it is being looked for, so this looks again.
func KillAll(patience time.Duration) error { return Kill("", patience) }

// Kill is KillAll for one of the groups.
func Kill(group string, patience time.Duration) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		pids, err := processes(group)
		if err != nil || len(pids) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes of the node do not end: %v", pids)
		}
		for _, pid := range pids {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("end process %d: %w", pid, err)
			}
		}
	}
}

// Remove removes the node's control groups, which must be empty of processes.
func Remove(patience time.Duration) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		folders, err := Folders()
		if err != nil || len(folders) == 0 {
			return err
		}
		var failure error
		for _, folder := range slices.Backward(folders) {
			if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failure = err
			}
		}
		// The kernel may hold a group for a moment after its last process.
		if failure != nil && time.Now().After(deadline) {
			return fmt.Errorf("remove the node's control groups: %w", failure)
		}
	}
}
