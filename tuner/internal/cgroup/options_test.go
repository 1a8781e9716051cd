package cgroup

import (
	"slices"
	"testing"
)

func TestSuperOptions(t *testing.T) {
	const before = "31 23 0:28 / /dev rw,relatime shared:9 - tmpfs tmpfs rw,mode=755\n" +
		"41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,favordynmods\n"
	for name, test := range map[string]struct {
		mount string
		want  []string
	}{
		"none":             {"99 31 0:38 /a /dev rw,nosuid - cgroup2 cgroup2 rw\n", nil},
		"those of systemd": {"99 31 0:38 /a /dev rw,nosuid - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n", []string{"nsdelegate", "memory_recursiveprot"}},
		"with SELinux":     {"99 31 0:38 /a /dev rw,nosuid - cgroup2 none rw,seclabel,context=system_u:object_r:cgroup_t:s0,nsdelegate\n", []string{"nsdelegate"}},
		"propagation":      {"99 31 0:38 /a /dev rw,nosuid master:3 propagate_from:2 - cgroup2 cgroup2 rw,nsdelegate\n", []string{"nsdelegate"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := superOptions(before+test.mount, "/dev"); err != nil || !slices.Equal(got, test.want) {
				t.Errorf("%q, %v; want %q", got, err, test.want)
			}
		})
	}
	if got, err := superOptions(before, "/dev"); err == nil {
		t.Errorf("without the mount: %q", got)
	}
}
