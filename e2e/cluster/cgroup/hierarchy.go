// Package cgroup keeps all of the node's processes in control groups of one name, and finds them there again.
package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Name is the control group of everything that belongs to the node, in every hierarchy, the pods in Name/kubepods.
const Name = "wstuning"

// The groups in it, for programs.
const (
	// Node has the node's own programs.
	Node = "node"
	// Modern has the kernel of the modern node, and what runs in it.
	Modern = "modern"
)

// Unified is where systemd mounts cgroup v2 next to v1. A machine without systemd may not have it mounted: then it is there in
// the node's mount namespace alone.
const Unified = "/sys/fs/cgroup/unified"

// Hierarchies returns the roots of the machine's cgroup file systems: one on cgroup v2, several on v1 and hybrid.
func Hierarchies() ([]string, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("find the cgroup hierarchies: %w", err)
	}
	roots, unified := hierarchies(string(table))
	if len(roots) == 0 {
		return nil, fmt.Errorf("no cgroup file system is mounted below /sys/fs/cgroup")
	}
	if !unified {
		roots = append(roots, detached()...)
	}
	return roots, nil
}

// hierarchies also reports whether one of them is of version 2.
func hierarchies(mountinfo string) (roots []string, unified bool) {
	for line := range strings.Lines(mountinfo) {
		mount, filesystem, found := strings.Cut(line, " - ")
		if !found {
			continue
		}
		point := strings.Fields(mount)[4]
		kind := strings.Fields(filesystem)[0]
		if (kind == "cgroup" || kind == "cgroup2") && strings.HasPrefix(point, "/sys/fs/cgroup") && !slices.Contains(roots, point) {
			roots = append(roots, point)
			unified = unified || kind == "cgroup2"
		}
	}
	return roots, unified
}

// Create makes the node's groups in every hierarchy.
func Create() error {
	roots, err := Hierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		for _, group := range []string{Name, filepath.Join(Name, Node), filepath.Join(Name, Modern)} {
			folder := filepath.Join(root, group)
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return fmt.Errorf("make a control group: %w", err)
			}
			if err := prepare(folder); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepare makes a new group usable: a v1 cpuset takes no process before it has CPUs and memory nodes, and a v2 group
// has only the controllers that its parent hands down.
func prepare(folder string) error {
	parent := filepath.Dir(folder)
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		inherited, err := os.ReadFile(filepath.Join(parent, file))
		if err != nil {
			continue // no cpuset, or the root of v2
		}
		if own, _ := os.ReadFile(filepath.Join(folder, file)); len(strings.TrimSpace(string(own))) > 0 {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, file), inherited, 0); err != nil {
			return fmt.Errorf("hand down %s to a control group: %w", file, err)
		}
	}
	controllers, err := os.ReadFile(filepath.Join(parent, "cgroup.controllers"))
	if err != nil {
		return nil // v1
	}
	for _, controller := range strings.Fields(string(controllers)) {
		// One that cannot be handed down is missed by the kubelet, which says which and why.
		_ = os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0)
	}
	return nil
}

// Join moves the calling process into one of the groups of programs.
func Join(group string) error {
	roots, err := Hierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		if err := os.WriteFile(filepath.Join(root, Name, group, "cgroup.procs"), []byte("0"), 0); err != nil {
			return fmt.Errorf("join the node's control group: %w", err)
		}
	}
	return nil
}
