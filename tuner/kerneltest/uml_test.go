package kerneltest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

// guest is what the init of a user-mode Linux does: an older kernel, on which cgroup v2 alone is mounted, as systemd
// mounts it.
const guest = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t cgroup2 -o nsdelegate,memory_recursiveprot none /sys/fs/cgroup
ip link set lo up
container=/sys/fs/cgroup/kubepods.slice/kubepods-pod0d0e5f0d_5b6a_4c3e_9b53_1e0f1c8d1a55.slice/cri-containerd-1.scope
mkdir -p $container
echo $$ > $container/cgroup.procs
grep cgroup2 /proc/self/mountinfo
apply() { $tuner apply --plan=0123456789ab --report=/dev/null --keepalive=300/10/5 --user-timeout=20 "$@"; }
accept() { $peer accept "$1" 127.0.0.1:0; }
apply
accept --listener=idle=400
accept --accepted=keepalive=0
apply --override
accept --listener=idle=400
accept --accepted=keepalive=0,idle=15,idle=400,timeout=0
accept --dialed=keepalive=1,idle=600
grep cgroup2 /proc/self/mountinfo
$peer poweroff
`

func TestAnOlderKernelWithCgroupV2Alone(t *testing.T) {
	kernel, err := exec.LookPath("linux.uml")
	if err != nil {
		t.Skip("this machine has no user-mode Linux")
	}
	var mounts []string
	var boots []report.Boot
	var exchanges []exchange
	for line := range strings.Lines(boot(t, kernel, strings.NewReplacer("$tuner", tuner, "$peer", peer).Replace(guest))) {
		switch {
		case strings.Contains(line, "/sys/fs/cgroup"):
			mounts = append(mounts, line)
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
	if len(mounts) != 2 || mounts[0] != mounts[1] || !strings.Contains(mounts[0], "nsdelegate") {
		t.Errorf("mounts of cgroup v2: %q", mounts)
	}
}

// boot runs a script as the init of that kernel, on the file system of this machine, and returns what it prints.
func boot(t *testing.T, kernel, script string) string {
	t.Helper()
	init := filepath.Join(filepath.Dir(tuner), "guest")
	if err := os.WriteFile(init, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	output, err := exec.CommandContext(ctx, kernel, "mem=256M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro",
		"init="+init, "con=null", "con0=null,fd:1", "quiet").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return strings.ReplaceAll(string(output), "\r", "")
}

func decode[T any](t *testing.T, line string) (value T) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), &value); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return value
}
