//go:build node

package lifecycle

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wstuning.dev/e2e/cluster/node"
)

// machine is what a node may change, section by section, found without any of the node's own code.
type machine map[string][]string

func lookAtMachine(t *testing.T) machine {
	t.Helper()
	return machine{
		"mounts":     mountPoints(t),
		"interfaces": lines(t, "ip", "-o", "address"),
		"routes":     lines(t, "ip", "route", "show", "table", "all"),
		"rules":      lines(t, "nft", "list", "ruleset"),
		"settings":   settings(t),
		"cgroups":    controlGroups(t),
		"containers": containers(t),
		"files":      slices.Concat(entries(t, "/run"), entries(t, "/etc"), entries(t, "/opt"), entries(t, "/var/lib"), entries(t, "/var/log"), entries(t, "/dev/shm")),
		"state":      state(),
		"programs":   programsOfNode(t),
	}
}

// mustEqual lets the kernel finish what it does in the background, and then compares.
func (before machine) mustEqual(t *testing.T, after machine) {
	t.Helper()
	for range 10 {
		if len(before.differences(after)) == 0 {
			return
		}
		time.Sleep(200 * time.Millisecond)
		after = lookAtMachine(t)
	}
	t.Errorf("the machine is not as it was:\n%s", strings.Join(before.differences(after), "\n"))
}

func (before machine) differences(after machine) []string {
	var differences []string
	for section := range before {
		for _, entry := range after[section] {
			if !slices.Contains(before[section], entry) {
				differences = append(differences, fmt.Sprintf("  %s: new: %s", section, entry))
			}
		}
		for _, entry := range before[section] {
			if !slices.Contains(after[section], entry) {
				differences = append(differences, fmt.Sprintf("  %s: gone: %s", section, entry))
			}
		}
	}
	slices.Sort(differences)
	return differences
}

func mountPoints(t *testing.T) []string {
	// With the propagation: it must be as it was, too.
	var points []string
	for _, line := range lines(t, "cat", "/proc/self/mountinfo") {
		mount, _, _ := strings.Cut(line, " - ")
		points = append(points, strings.Join(strings.Fields(mount)[3:], " "))
	}
	return points
}

// volatile are settings that count or change by themselves.
var volatile = regexp.MustCompile(`^(kernel/(random|ns_last_pid|pty/nr|perf_event_max_sample_rate|perf_cpu)|fs/(dentry-state|file-nr|inode-|aio-nr|quota)|net/netfilter/nf_conntrack_count|net/ipv4/(route/flush|neigh)|net/ipv6/(route/flush|neigh)|vm/(stat_refresh|compact_memory))`)

func settings(t *testing.T) []string {
	var values []string
	walk(t, "/proc/sys", func(path string, entry fs.DirEntry) {
		key := strings.TrimPrefix(path, "/proc/sys/")
		if entry.IsDir() || volatile.MatchString(key) {
			return
		}
		if value, err := os.ReadFile(path); err == nil {
			values = append(values, key+" = "+strings.TrimSpace(string(value)))
		}
	})
	return values
}

// podLike are the names that the kubelet, containerd and this project give to control groups.
var podLike = regexp.MustCompile(`wstuning|kubepods|containerd|k8s\.io`)

func controlGroups(t *testing.T) []string {
	var found []string
	walk(t, "/sys/fs/cgroup", func(path string, entry fs.DirEntry) {
		if entry.IsDir() && podLike.MatchString(path) {
			found = append(found, path)
		}
	})
	return found
}

func entries(t *testing.T, root string) []string {
	var found []string
	walk(t, root, func(path string, _ fs.DirEntry) { found = append(found, path) })
	return found
}

func state() []string {
	found, _ := filepath.Glob(node.State + "*")
	return found
}

// containers are the processes that see mounts of the node: all in pods, and the shims.
func containers(t *testing.T) []string {
	return processesWhose(t, "mountinfo", node.State)
}

// programsOfNode are the processes whose command line speaks of the node's state.
func programsOfNode(t *testing.T) []string {
	return processesWhose(t, "cmdline", node.State)
}

func processesWhose(t *testing.T, file, text string) []string {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range paths {
		if content, err := os.ReadFile(path); err == nil && strings.Contains(string(content), text) {
			found = append(found, path)
		}
	}
	return found
}

func walk(t *testing.T, root string, visit func(path string, entry fs.DirEntry)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil {
			visit(path, entry)
		}
		return nil // what cannot be read, or is gone meanwhile, is not compared
	})
	if err != nil {
		t.Fatal(err)
	}
}

func lines(t *testing.T, name string, args ...string) []string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return strings.Split(strings.TrimSpace(counters.ReplaceAllString(string(out), "")), "\n")
}

var counters = regexp.MustCompile(` (valid|preferred)_lft \S+| counter packets \d+ bytes \d+| expires \d+sec`)
