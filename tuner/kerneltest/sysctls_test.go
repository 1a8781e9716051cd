package kerneltest

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sysctlsGuest is a node on which runc creates containers without any privilege in the network namespace of a pod, with sysctls
// that a plugin of the container runtime put into their specification. What the node's agent relies on: they hold when the
// container was created and its program does not run yet, the node keeps its own, and a key that there is not keeps the container
// from being created.
const sysctlsGuest = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs tmpfs /run
mkdir -p /run/bundle/rootfs
ln -s usr/bin usr/lib usr/lib64 /run/bundle/rootfs
ip netns add pod

container() {
	cat >/run/bundle/config.json <<-END
	{
	  "ociVersion": "1.0.2",
	  "process": {"args": ["/bin/sh", "-c", "exit 0"], "cwd": "/", "user": {"uid": 65532, "gid": 65532}, "noNewPrivileges": true},
	  "root": {"path": "rootfs"},
	  "mounts": [
	    {"destination": "/proc", "type": "proc", "source": "proc"},
	    {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}
	  ],
	  "linux": {
	    "sysctl": {"$2": "$3"},
	    "cgroupsPath": "/kubepods/$1",
	    "readonlyPaths": ["/proc/sys"],
	    "namespaces": [{"type": "network", "path": "$4"}, {"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}]
	  }
	}
	END
	runc create --bundle /run/bundle $1 >/run/$1.log 2>&1
	echo "$1: exit $?, in the pod $(ip netns exec pod cat /proc/sys/net/ipv4/tcp_retries2), on the node $(cat /proc/sys/net/ipv4/tcp_retries2)"
	runc delete -f $1 >/dev/null 2>&1
}
container before net.ipv4.tcp_retries1 3 /run/netns/pod
container tuned net.ipv4.tcp_retries2 8 /run/netns/pod
container after net.ipv4.tcp_retries1 3 /run/netns/pod
container missing net.ipv4.tcp_no_such_key 1 /run/netns/pod
container refused net.ipv4.tcp_retries2 many /run/netns/pod
container nodes net.ipv4.tcp_retries2 8 /proc/1/ns/net
$programs/peer poweroff
`

func TestRuncSetsSysctlsOfAPodWhenItCreatesAContainer(t *testing.T) {
	if _, err := exec.LookPath("runc"); err != nil {
		t.Skip("this machine has no runc")
	}
	output := boot(t, small, strings.ReplaceAll(sysctlsGuest, "$programs", filepath.Dir(tuner)))
	for _, want := range []string{
		"before: exit 0, in the pod 15, on the node 15",
		"tuned: exit 0, in the pod 8, on the node 15",
		"after: exit 0, in the pod 8, on the node 15",
		"missing: exit 1, in the pod 8, on the node 15",
		"refused: exit 1, in the pod 8, on the node 15",
		"nodes: exit 1, in the pod 8, on the node 15",
	} {
		if !strings.Contains(output, want+"\n") {
			t.Errorf("not found: %s\nin\n%s", want, output)
		}
	}
}
