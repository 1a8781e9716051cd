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
		"cgroups":    folders(t, "/sys/fs/cgroup"),
		"namespaces": namespaces(t),
		"files":      slices.Concat(entries(t, "/run"), entries(t, "/etc"), entries(t, "/opt"), entries(t, "/var/lib"), entries(t, "/var/log")),
		"state":      state(),
		"programs":   runningPrograms(t),
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
			// Another program on the machine may end meanwhile.
			if section != "namespaces" && !slices.Contains(after[section], entry) {
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

func folders(t *testing.T, root string) []string {
	var found []string
	walk(t, root, func(path string, entry fs.DirEntry) {
		if entry.IsDir() {
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

// namespaces are those of all processes: a container that lives on has its own.
func namespaces(t *testing.T) []string {
	return links(t, "/proc/[0-9]*/ns/*")
}

// runningPrograms are those whose command line speaks of the node's state.
func runningPrograms(t *testing.T) []string {
	t.Helper()
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range commands {
		if line, err := os.ReadFile(file); err == nil && strings.Contains(string(line), node.State) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

func links(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, path := range paths {
		if target, err := os.Readlink(path); err == nil {
			targets = append(targets, target)
		}
	}
	slices.Sort(targets)
	return slices.Compact(targets)
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
