// Package cgroup finds the cgroup of the pod that this process runs in.
package cgroup

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// podName is the name of a pod's cgroup: with the kubelet's cgroupfs driver pod<uid>, with systemd's a slice like
// kubepods-burstable-pod<uid>.slice, in which the uid has underscores for dashes. A static pod's uid is a bare hash.
var podName = regexp.MustCompile(`^(?:.*-)?pod[0-9a-f]{8}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{4}[-_]?[0-9a-f]{12}(?:\.slice)?$`)

// OpenPod opens the directory of the pod's cgroup.
func OpenPod() (*os.File, error) {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, fmt.Errorf("find the pod's cgroup: %w", err)
	}
	path, err := podPath(string(own))
	if err != nil {
		return nil, fmt.Errorf("find the pod's cgroup: %w", err)
	}
	root, err := openHierarchy()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	fd, err := unix.Openat(int(root.Fd()), strings.TrimPrefix(path, "/"), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the pod's cgroup %s: %w", path, err)
	}
	return os.NewFile(uintptr(fd), path), nil
}

// podPath takes the content of /proc/self/cgroup. The innermost pod is meant because a node may itself run in a pod.
func podPath(own string) (string, error) {
	for line := range strings.Lines(own) {
		path, unified := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "0::")
		if !unified {
			continue
		}
		names := strings.Split(path, "/")
		if path == "/" || slices.Contains(names, "..") {
			return "", fmt.Errorf("it is hidden, because this container sees itself in %s: the runtime gave it a cgroup namespace, or left it out of cgroup v2", path)
		}
		for i := len(names) - 1; i >= 0; i-- {
			if podName.MatchString(names[i]) {
				return strings.Join(names[:i+1], "/"), nil
			}
		}
		return "", fmt.Errorf("none is above this container's own, %s", path)
	}
	return "", errors.New("this node has no hierarchy of cgroup v2")
}
