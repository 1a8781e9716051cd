package kerneltest

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

var oldest = flag.String("oldest", "", "a user-mode Linux 5.10 to test, as ./oldest-kernel brings it")

// trying is what the init of a user-mode Linux does: it runs programs in cgroups of a pod, without a container runtime,
// because runc does not start on the oldest kernel.
const trying = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs tmpfs /run
mount -t bpf bpf /sys/fs/bpf
ip link set lo up
$programs/peer module $modules/kernel/net/tls/tls.ko
pod=/sys/fs/cgroup/kubepods/burstable/pod0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55
mkdir -p $pod/init $pod/server
within() {
	sh -c 'echo $$ >$0/cgroup.procs; exec "$@"' $pod/"$@"
}
apply() {
	within init "$@" $programs/tuner apply --plan=0123456789ab --keepalive=300/10/5 --user-timeout=20 $options
}
classify() {
	mkdir /run/net_cls
	mount -t cgroup -o net_cls none /run/net_cls
	echo 1 >/run/net_cls/net_cls.classid
}
accept() {
	within server $programs/peer accept --mptcp=false "$@" 127.0.0.1:0
}
possible() {
	$programs/counter --possible /sys/fs/bpf | tr '\n' ' '
}
attach() {
	echo | $programs/counter "$@" /sys/fs/bpf $pod | tail -n 1
}
agent() {
	pod=/sys/fs/cgroup/kubepods/another
	mkdir -p $pod/server
	"$@"
}
`

// kernelTest is one command, and what comes of it on the usual kernel and on the oldest.
type kernelTest struct{ command, want, onOldest string }

// nothing is what a command prints that fails.
const nothing = "nothing"

const older = "programs: the programs of the node's agent need Linux 6.1 or newer, and this is 5.10.46"

const noOverride = "not done: load wst_setsockopt on Linux 5.10.46: load program: invalid argument: unknown func bpf_getsockopt"

var kernelTests = []kernelTest{
	{"apply env", "done", ""},
	{"accept", "on 300/10/5 20000, dialed off 7200/75/9 0", ""},
	{"accept --accepted=keepalive=0,idle=400", "off 400/10/5 20000, dialed off 7200/75/9 0", ""},
	{"accept --listener=idle=400", "on 400/10/5 20000, dialed off 7200/75/9 0", "on 300/10/5 20000, dialed off 7200/75/9 0"},
	{"apply prlimit --memlock=0:0", "done", ""}, // before 5.11, programs count as locked memory

	{"options=--override apply env", "done", noOverride},
	{"accept --accepted=keepalive=0,idle=400,timeout=0", "on 300/10/5 20000, dialed off 7200/75/9 0", "off 400/10/5 0, dialed off 7200/75/9 0"},
	{"accept --dialed=keepalive=1,idle=600", "on 300/10/5 20000, dialed on 600/75/9 0", ""},
	// The kernel encrypts both ends, and no longer shows which of them was accepted.
	{"accept --accepted=tls,keepalive=0 --dialed=keepalive=1,idle=600,tls,idle=700,keepalive=0", "off 300/10/5 20000, dialed off 700/75/9 0", ""},
	{"within server $programs/peer kinds", "left alone", ""},

	// What the node's agent does. These kernels do not describe their structures.
	{"possible", "programs: possible counts: this kernel has no description of its structures (BTF)", older + " counts: " + older[len("programs: "):]},
	{"agent attach --keepalive=30/7/3 --user-timeout=9 --override", "connections are not counted: this kernel has no description", nothing},
	{"agent accept --accepted=keepalive=0,idle=400", "on 30/7/3 9000, dialed off 7200/75/9 0", "off 400/75/9 0, dialed off 7200/75/9 0"},

	// Before 5.15, sockets belong to no cgroup of v2 once net_cls of v1 is used: programs can be attached, and do not run.
	{"classify; apply env", "done",
		"not done: programs detached: self-test on Linux 5.10.46: an accepted connection has SO_KEEPALIVE 0, want 1; TCP_KEEPIDLE 7200, want 300; and 3 more"},
	{"accept", "on 300/10/5 20000, dialed off 7200/75/9 0", "off 7200/75/9 0, dialed off 7200/75/9 0"},
}

func TestAnOlderKernel(t *testing.T) {
	tryKernel(t, small, func(k kernelTest) string { return k.want })
}

func TestTheOldestKernel(t *testing.T) {
	if *oldest == "" {
		t.Skip("no kernel is given by -oldest")
	}
	tryKernel(t, machine{*oldest, "256M", 2 * time.Minute}, func(k kernelTest) string {
		if k.onOldest == "" {
			return k.want
		}
		return k.onOldest
	})
}

func tryKernel(t *testing.T, guest machine, want func(kernelTest) string) {
	script := trying
	for i, test := range kernelTests {
		script += fmt.Sprintf("echo \"test %d $(%s 2>/dev/null)\"\n", i, test.command)
	}
	script = strings.NewReplacer("$programs", filepath.Dir(tuner), "$modules", guest.modules(t)).Replace(script + "$programs/peer poweroff\n")
	seen := map[string]string{}
	for line := range strings.Lines(boot(t, guest, script)) {
		if fields := strings.SplitN(strings.TrimSpace(line), " ", 3); len(fields) == 3 && fields[0] == "test" {
			seen[fields[1]] = outcome(t, fields[2])
		}
	}
	for i, test := range kernelTests {
		if want(test) == nothing && seen[fmt.Sprint(i)] == "" {
			continue
		}
		if got := seen[fmt.Sprint(i)]; !strings.HasPrefix(got, want(test)) || got == "" {
			t.Errorf("%s: %q, want %q", test.command, got, want(test))
		}
	}
}

// outcome describes what a command of the script printed.
func outcome(t *testing.T, line string) string {
	t.Helper()
	switch {
	case strings.HasPrefix(line, `{"v"`):
		boot := decode[report.Boot](t, line)
		switch {
		case boot.Sockets == nil:
			return line
		case boot.Sockets.Done:
			return "done"
		}
		return "not done: " + boot.Sockets.Error
	case strings.HasPrefix(line, "programs: "):
		return line
	case strings.HasPrefix(line, `{"Counts"`):
		return decode[reading](t, line).Error
	case strings.HasPrefix(line, `{"accepted"`):
		seen := decode[exchange](t, line)
		return fmt.Sprintf("%s, dialed %s%s", describe(seen.Accepted), describe(seen.Dialed), strings.Join(seen.Errors, "; "))
	}
	if problems := decode[kinds](t, line).problems(); problems != "" {
		return problems
	}
	return "left alone"
}

// kinds are what sockets of each kind have that were loosened: keepalive, and the error of changing TCP_KEEPIDLE.
type kinds map[string][]struct {
	Keepalive int
	Idle      string
}

// problems names the sockets on which a call had no effect although it succeeded.
func (k kinds) problems() string {
	var problems []string
	for kind, sockets := range k {
		for _, socket := range sockets {
			if socket.Keepalive != 0 {
				problems = append(problems, kind+": keepalive is still on")
			}
			if socket.Idle == "" && kind != "MPTCP" {
				problems = append(problems, kind+": takes TCP_KEEPIDLE")
			}
		}
	}
	return strings.Join(problems, ", ")
}

func TestSocketsOfOtherKindsAreLeftAlone(t *testing.T) {
	pod := startTuned(t, "exec $as "+peer+" sleep", "--keepalive=300/10/5", "--user-timeout=20", "--override")
	output := read(t, pod.cgroup.container("server")(pod.enter(peer, "kinds")))
	seen := decode[kinds](t, output)
	if problems := seen.problems(); problems != "" {
		t.Errorf("%s; all: %s", problems, output)
	}
	for _, kind := range []string{"UDP, IPv4", "UDP, IPv6", "unix, stream", "unix, datagram", "MPTCP"} {
		if len(seen[kind]) == 0 {
			t.Errorf("this kernel has no sockets of %s", kind)
		}
	}
}
