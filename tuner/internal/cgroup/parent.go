package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// OfPod is the place of a pod's cgroup, below the root of a mounted hierarchy of cgroup v2. parent is what the kubelet gives
// the pod's containers: a path, or with systemd's driver the name of a slice, which contains the names of those above it.
func OfPod(root, parent string) (string, error) {
	path, err := below(parent)
	if err != nil {
		return "", err
	}
	place := filepath.Join(root, path)
	if information, err := os.Stat(place); err != nil {
		return "", fmt.Errorf("find the pod's cgroup: %w", err)
	} else if !information.IsDir() {
		return "", fmt.Errorf("find the pod's cgroup: %s is no directory", place)
	}
	return place, nil
}

func below(parent string) (string, error) {
	names := strings.Split(strings.Trim(parent, "/"), "/")
	if slices.Contains(names, "..") {
		return "", fmt.Errorf("find the pod's cgroup: the runtime has it in %q", parent)
	}
	last := names[len(names)-1]
	if !podName.MatchString(last) {
		return "", fmt.Errorf("find the pod's cgroup: the runtime has it in %q, which is not a pod's", parent)
	}
	if len(names) == 1 && strings.HasSuffix(last, slice) {
		return expand(last), nil
	}
	return filepath.Join(names...), nil
}

const slice = ".slice"

// expand makes a.slice/a-b.slice/a-b-c.slice of a-b-c.slice: systemd.slice(5).
func expand(name string) string {
	parts := strings.Split(strings.TrimSuffix(name, slice), "-")
	path := ""
	for i := range parts {
		path = filepath.Join(path, strings.Join(parts[:i+1], "-")+slice)
	}
	return path
}

// Unified finds the root of a mounted hierarchy of cgroup v2 in the folder with the node's cgroups: the folder itself, or on a
// hybrid of v1 and v2 the place in it that systemd has for v2.
func Unified(folder string) (root string, err error) {
	for _, root := range []string{folder, filepath.Join(folder, "unified")} {
		var stat unix.Statfs_t
		if err := unix.Statfs(root, &stat); err == nil && stat.Type == unix.CGROUP2_SUPER_MAGIC {
			return root, nil
		}
	}
	return "", errors.New("the node has no cgroup v2 at /sys/fs/cgroup or /sys/fs/cgroup/unified. Next: mount it there, or write via: Admission")
}
