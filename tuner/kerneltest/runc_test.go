package kerneltest

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/report"
)

// guest is what the init of a user-mode Linux does: an older kernel, on which cgroup v2 alone is mounted, as systemd
// mounts it. There runc starts the containers of a pod: privileged init containers that tune it, and servers with a
// cgroup namespace of their own. For a privileged container runc mounts cgroup v2 again, which removes the host's
// options.
const guest = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
options=nsdelegate,memory_recursiveprot
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 -o $options none /sys/fs/cgroup
mount -t tmpfs tmpfs /run
ip link set lo up
mkdir -p /run/bundle/rootfs
ln -s usr/bin usr/lib usr/lib64 /run/bundle/rootfs

bundle() {
	pod=/kubepods/burstable/pod0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55
	sed "s|@options@|-c|; s|@script@|exec /programs/$2|; s|@programs@|$programs|; s|@cgroup@|$pod/$1|; s|@cgroup namespace@|$3|" \
		$template >/run/bundle/config.json
}
apply() {
	bundle init "tuner apply --plan=0123456789ab --keepalive=300/10/5 --user-timeout=20 $*"
	runc create --bundle /run/bundle --pid-file /run/pid init
	mount -o remount,$options /sys/fs/cgroup
	sed 's/^/before: /' /proc/1/mountinfo
	runc start init
	while kill -0 $(cat /run/pid) 2>/dev/null; do sleep 0.1; done
	sed 's/^/after: /' /proc/1/mountinfo
	runc delete init
}
accept() {
	bundle server "peer accept $1 127.0.0.1:0" '{"type": "cgroup"}, '
	runc run --bundle /run/bundle server
}
apply
accept --listener=idle=400
accept --accepted=keepalive=0
apply --override
accept --listener=idle=400
accept --accepted=keepalive=0,idle=15,idle=400,timeout=0
accept --dialed=keepalive=1,idle=600
$programs/peer poweroff
`

func TestContainersOfRuncOnAnOlderKernelWithCgroupV2Alone(t *testing.T) {
	if _, err := exec.LookPath("runc"); err != nil {
		t.Skip("this machine has no runc")
	}
	template, err := filepath.Abs("../internal/cgroup/testdata/capture/config.json")
	if err != nil {
		t.Fatal(err)
	}
	var before, after string
	var boots []report.Boot
	var exchanges []exchange
	for line := range strings.Lines(boot(t, small, strings.NewReplacer("$programs", filepath.Dir(tuner), "$template", template).Replace(guest))) {
		switch {
		case strings.HasPrefix(line, "before: "):
			before += strings.TrimPrefix(line, "before: ")
		case strings.HasPrefix(line, "after: "):
			after += strings.TrimPrefix(line, "after: ")
		case strings.HasPrefix(line, `{"v"`):
			boots = append(boots, decode[report.Boot](t, line))
		case strings.HasPrefix(line, `{"accepted"`):
			exchanges = append(exchanges, decode[exchange](t, line))
		}
	}
	for _, boot := range boots {
		if boot.Sockets == nil || !boot.Sockets.Done {
			t.Errorf("sockets = %+v", boot.Sockets)
		}
	}
	var have []string
	for _, seen := range exchanges {
		have = append(have, describe(seen.Accepted))
	}
	want := []string{"on 400/10/5 20000", "off 300/10/5 20000", "on 300/10/5 20000", "on 15/10/5 20000", "on 300/10/5 20000"}
	if len(boots) != 2 || !slices.Equal(have, want) {
		t.Fatalf("%d reports; connections have %q, want %q", len(boots), have, want)
	}
	if dialed := describe(exchanges[4].Dialed); dialed != "on 600/75/9 0" {
		t.Errorf("a connection that the pod opened has %s", dialed)
	}
	if before != after || strings.Count(after, "rw,nsdelegate,memory_recursiveprot\n") != 2 {
		t.Errorf("the host's mounts were\n%s\nand are\n%s", before, after)
	}
}

func decode[T any](t *testing.T, line string) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), &value); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return value
}
