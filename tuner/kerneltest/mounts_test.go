package kerneltest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// hostMounts are the host's mounts of cgroup v2 with all their options. Of others, containers that start have some.
func hostMounts(t *testing.T) (mounts string) {
	t.Helper()
	content, err := os.ReadFile("/proc/1/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if strings.Contains(line, " - cgroup2 ") {
			mounts += line
		}
	}
	return mounts
}

func TestTheHostsMountsStayAsTheyAre(t *testing.T) {
	for _, options := range []string{"", "nsdelegate", "nsdelegate,memory_recursiveprot"} {
		t.Run("with "+options, func(t *testing.T) {
			pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
			if options != "" {
				giveOptions(t, unifiedHierarchy(t), options)
			}
			before := hostMounts(t)
			if has := superOptions(t, unifiedHierarchy(t)); options != "" && has != "rw,"+options {
				t.Fatalf("the host has %s, want %s", has, options)
			}
			cgroup.mustApply(pod, "--keepalive=300/10/5")
			if after := hostMounts(t); after != before {
				t.Errorf("the host's mounts were\n%s\nand are\n%s", before, after)
			}
		})
	}
}

// giveOptions changes the host's mount of cgroup v2 for the time of the test. mount(8) would keep options that go.
func giveOptions(t *testing.T, hierarchy, options string) {
	t.Helper()
	if hierarchy == "/sys/fs/cgroup" {
		t.Skip("the host's own cgroup v2 is not for experiments")
	}
	old := superOptions(t, hierarchy)
	remount := func(options string) {
		if err := unix.Mount("", hierarchy, "", unix.MS_REMOUNT, options); err != nil {
			t.Fatal(err)
		}
	}
	remount(options)
	t.Cleanup(func() {
		remount(strings.TrimPrefix(strings.TrimPrefix(old, "rw"), ","))
		if now := superOptions(t, hierarchy); now != old {
			t.Errorf("%s had the options %s, and is left with %s", hierarchy, old, now)
		}
	})
}

func superOptions(t *testing.T, hierarchy string) (options string) {
	t.Helper()
	for line := range strings.Lines(hostMounts(t)) {
		if fields := strings.Fields(line); fields[4] == hierarchy {
			options = fields[len(fields)-1]
		}
	}
	return options
}

// As on a host of cgroup v2 alone: there the mount that every container has is used, and none is made.
func TestTheMountOfCgroupV2IsUsedWhereItIs(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	hierarchy := unifiedHierarchy(t)
	hidden, err := filepath.Rel(hierarchy, filepath.Dir(cgroup.path))
	if err != nil {
		t.Fatal(err)
	}
	bind := `set -e; mount --make-rprivate /; mount --bind ` + hierarchy + ` /sys/fs/cgroup; `
	for script, done := range map[string]bool{
		bind + `exec "$@"`: true,
		bind + `mount -t tmpfs none /sys/fs/cgroup/` + hidden + `; exec "$@"`: false,
	} {
		boot, r := runApply(t, cgroup.container("init")(applyCommand(pod.prefix("unshare", "--mount", "sh", "-c", script, "sh"), "--keepalive=300/10/5")))
		if r.code != 0 || boot.Sockets == nil || boot.Sockets.Done != done {
			t.Errorf("%s\nexit %d, %s %s", script, r.code, r.output, r.errors)
		}
	}
}
