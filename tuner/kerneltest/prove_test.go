package kerneltest

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"
)

// setting are instructions of a sock_ops program that sets an option on accepted connections.
func setting(level, name, value int32) asm.Instructions {
	return asm.Instructions{
		asm.LoadMem(asm.R2, asm.R1, 0, asm.Word),
		asm.JNE.Imm(asm.R2, 5, "done"), // BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB
		asm.StoreImm(asm.RFP, -4, int64(value), asm.Word),
		asm.Mov.Imm(asm.R2, level),
		asm.Mov.Imm(asm.R3, name),
		asm.Mov.Reg(asm.R4, asm.RFP),
		asm.Add.Imm(asm.R4, -4),
		asm.Mov.Imm(asm.R5, 4),
		asm.FnSetsockopt.Call(),
		asm.Mov.Imm(asm.R0, 0).WithSymbol("done"),
	}
}

// refusing are instructions of a setsockopt program that lets calls for an option fail.
func refusing(name int32) asm.Instructions {
	return asm.Instructions{
		asm.LoadMem(asm.R2, asm.R1, 28, asm.Word), // bpf_sockopt.optname
		asm.JNE.Imm(asm.R2, name, "done"),
		asm.Mov.Imm(asm.R0, 0),
		asm.Return(),
		asm.Mov.Imm(asm.R0, 0).WithSymbol("done"),
	}
}

func kernelRelease(t *testing.T) string {
	t.Helper()
	return read(t, exec.Command("uname", "-r"))
}

// The programs of cgroups above run after those of the pod's.
func TestProgramsThatDoNotWorkAreDetached(t *testing.T) {
	const all = "--keepalive=300/10/5 --user-timeout=20 --override"
	for name, test := range map[string]struct {
		kind         ebpf.ProgramType
		place        ebpf.AttachType
		instructions asm.Instructions
		seen         string
	}{
		"keepalive off": {
			ebpf.SockOps, ebpf.AttachCGroupSockOps, setting(unix.SOL_SOCKET, unix.SO_KEEPALIVE, 0),
			"an accepted connection has SO_KEEPALIVE 0, want 1",
		},
		"another time": {
			ebpf.SockOps, ebpf.AttachCGroupSockOps, setting(unix.SOL_TCP, unix.TCP_KEEPIDLE, 40),
			"an accepted connection has TCP_KEEPIDLE 40, want 300",
		},
		"another interval": {
			ebpf.SockOps, ebpf.AttachCGroupSockOps, setting(unix.SOL_TCP, unix.TCP_KEEPINTVL, 40),
			"an accepted connection has TCP_KEEPINTVL 40, want 10",
		},
		"other probes": {
			ebpf.SockOps, ebpf.AttachCGroupSockOps, setting(unix.SOL_TCP, unix.TCP_KEEPCNT, 40),
			"an accepted connection has TCP_KEEPCNT 40, want 5",
		},
		"another user timeout": {
			ebpf.SockOps, ebpf.AttachCGroupSockOps, setting(unix.SOL_TCP, unix.TCP_USER_TIMEOUT, 0),
			"an accepted connection has TCP_USER_TIMEOUT 0, want 20000",
		},
		"no mark": { // by which ours recognises accepted connections
			ebpf.SockOps, ebpf.AttachCGroupSockOps, setting(unix.SOL_TCP, unix.TCP_SAVE_SYN, 0),
			"a connection that its server changed has SO_KEEPALIVE 0, want 1; TCP_KEEPIDLE 32767, want 300; and 3 more",
		},
		"calls that fail": {
			ebpf.CGroupSockopt, ebpf.AttachCGroupSetsockopt, refusing(unix.TCP_KEEPCNT),
			"set TCP_KEEPCNT to 127: operation not permitted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
			cgroup.attach(cgroup.path+"/..", test.kind, test.place, unix.BPF_F_ALLOW_MULTI, test.instructions...)
			apply := func(onError string) *exec.Cmd {
				return cgroup.container("init")(applyCommand(pod.prefix(), append(strings.Fields(all), onError)...))
			}
			refused(t, cgroup, apply, fmt.Sprintf("programs detached: self-test on Linux %s: %s", kernelRelease(t), test.seen), "")
		})
	}
}

// What is not promised is not compared.
func TestOthersMaySetWhatIsNotWanted(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	cgroup.attach(cgroup.path+"/..", ebpf.SockOps, ebpf.AttachCGroupSockOps, unix.BPF_F_ALLOW_MULTI, setting(unix.SOL_TCP, unix.TCP_USER_TIMEOUT, 9000)...)
	cgroup.mustApply(pod, "--keepalive=300/10/5", "--override")
}

// The greatest values cannot be loosened.
func TestTheGreatestValuesAreProven(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	cgroup.mustApply(pod, "--keepalive=32767/32767/127", "--user-timeout=86400", "--override")
}

// A pod whose loopback drops packets, or is down, is not delayed for long, and nothing is claimed.
func TestWithoutAConnectionNothingIsProven(t *testing.T) {
	for name, damage := range map[string]string{
		"down":    "ip link set lo down",
		"dropped": "tc qdisc add dev lo root tbf rate 8bit burst 1 limit 1",
	} {
		t.Run(name, func(t *testing.T) {
			pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
			read(t, pod.enter("sh", "-c", damage))
			begin := time.Now()
			refused(t, cgroup, func(onError string) *exec.Cmd {
				return cgroup.container("init")(applyCommand(pod.prefix(), "--keepalive=300/10/5", onError))
			}, "programs detached: self-test on Linux "+kernelRelease(t)+": ", "")
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("two runs took %s", took)
			}
		})
	}
}
