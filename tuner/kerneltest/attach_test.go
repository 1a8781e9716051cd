package kerneltest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/report"
)

const (
	established = "cgroupsockops:wst_established"
	setsockopt  = "cgroupsetsockopt:wst_setsockopt"
)

// applyIn runs an init container.
func (c *podCgroup) applyIn(pod *pod, arguments ...string) (report.Boot, result) {
	c.t.Helper()
	return runApply(c.t, c.container("init")(applyCommand(pod.prefix(), arguments...)))
}

func (c *podCgroup) mustApply(pod *pod, arguments ...string) {
	c.t.Helper()
	if _, r := c.applyIn(pod, append(arguments, "--on-error=hold")...); r.code != 0 {
		c.t.Fatalf("apply ended with %d: %s", r.code, r.errors)
	}
}

// attach attaches a foreign program to a cgroup. The program lets everything pass, after these instructions.
func (c *podCgroup) attach(path string, kind ebpf.ProgramType, place ebpf.AttachType, flags uint32, instructions ...asm.Instruction) ebpf.ProgramID {
	c.t.Helper()
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "foreign", Type: kind, AttachType: place, License: "MIT",
		Instructions: append(instructions, asm.Mov.Imm(asm.R0, 1), asm.Return()),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	defer program.Close()
	err = link.RawAttachProgram(link.RawAttachProgramOptions{
		Target: int(c.open(path).Fd()), Program: program, Attach: place, Flags: flags,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	info, err := program.Info()
	if err != nil {
		c.t.Fatal(err)
	}
	id, _ := info.ID()
	return id
}

func (c *podCgroup) detach(path string, place ebpf.AttachType, id ebpf.ProgramID) {
	c.t.Helper()
	program, err := ebpf.NewProgramFromID(id)
	if err != nil {
		c.t.Fatal(err)
	}
	defer program.Close()
	err = link.RawDetachProgram(link.RawDetachProgramOptions{Target: int(c.open(path).Fd()), Program: program, Attach: place})
	if err != nil {
		c.t.Fatal(err)
	}
}

// acting are the programs that act on the pod's cgroup, those of cgroups above included.
func (c *podCgroup) acting(place ebpf.AttachType) (ids []ebpf.ProgramID) {
	c.t.Helper()
	found, err := link.QueryPrograms(link.QueryOptions{
		Target: int(c.open(c.path).Fd()), Attach: place, QueryFlags: unix.BPF_F_QUERY_EFFECTIVE,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, program := range found.Programs {
		ids = append(ids, program.ID)
	}
	return ids
}

func TestSeventyRunsLeaveTwoPrograms(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	for range 70 {
		cgroup.mustApply(pod, "--keepalive=300/10/5", "--override")
	}
	if got, want := cgroup.programs(), established+" "+setsockopt; got != want {
		t.Errorf("programs = %s, want %s", got, want)
	}
}

func TestALaterRunReplacesTheValues(t *testing.T) {
	pod := startTuned(t, "exec $as "+peer+" sleep", "--keepalive=300/10/5", "--override")
	pod.cgroup.mustApply(pod.pod, "--keepalive=30/7/3")
	if got := pod.cgroup.programs(); got != established {
		t.Errorf("programs = %s, want %s alone", got, established)
	}
	if accepted, _, _ := pod.accept("--accepted=probes=9", "127.0.0.1:0"); accepted != "on 30/7/9 0" {
		t.Errorf("the connection has %s", accepted)
	}
}

func TestProgramsOfOthersStay(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	cgroup.attach(cgroup.path, ebpf.SockOps, ebpf.AttachCGroupSockOps, unix.BPF_F_ALLOW_MULTI)
	for range 3 {
		cgroup.mustApply(pod, "--keepalive=300/10/5", "--override")
	}
	if got, want := cgroup.programs(), "cgroupsockops:foreign "+established+" "+setsockopt; got != want {
		t.Errorf("programs = %s, want %s", got, want)
	}
}

func TestARestartedContainerIsStillTuned(t *testing.T) {
	pod := startTuned(t, "exec $as "+peer+" sleep", "--keepalive=300/10/5")
	for _, container := range []string{"server-1", "server-2"} {
		command := pod.cgroup.container(container)(pod.enter(peer, "accept", "127.0.0.1:0"))
		if output := read(t, command); !strings.Contains(output, `"idle":300`) {
			t.Errorf("%s: %s", container, output)
		}
	}
	outside := read(t, pod.enter(peer, "accept", "127.0.0.1:0"))
	if accepted, _, _ := strings.Cut(outside, `"dialed"`); !strings.Contains(accepted, `"idle":7200`) {
		t.Errorf("a server outside of the pod's cgroup: %s", outside)
	}
}

// refused checks that nothing was attached, and that the pod starts or is held.
func refused(t *testing.T, cgroup *podCgroup, apply func(onError string) *exec.Cmd, message, left string) {
	t.Helper()
	for onError, code := range map[string]int{"start": 0, "hold": 1} {
		boot, r := runApply(t, apply("--on-error="+onError))
		if r.code != code || boot.Sockets == nil || boot.Sockets.Done || !strings.Contains(boot.Sockets.Error, message) {
			t.Errorf("--on-error=%s: exit %d, want %d; report %s, want %q; errors %s", onError, r.code, code, r.output, message, r.errors)
		}
		if !strings.Contains(r.errors, message) {
			t.Errorf("--on-error=%s: stderr %q", onError, r.errors)
		}
	}
	if got := cgroup.programs(); got != left {
		t.Errorf("programs = %q, want %q", got, left)
	}
}

func TestWithoutThePrivilege(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	for _, drop := range []string{"-sys_admin", "-all"} {
		refused(t, cgroup, func(onError string) *exec.Cmd {
			return cgroup.container("init")(applyCommand(pod.prefix("setpriv", "--bounding-set", drop, "--inh-caps", drop, "--"), "--keepalive=300/10/5", onError))
		}, "operation not permitted", "")
	}
}

func TestAPlaceThatIsTaken(t *testing.T) {
	for name, where := range map[string]func(*podCgroup) string{
		"on the pod's cgroup":   func(c *podCgroup) string { return c.path },
		"on a cgroup above":     func(c *podCgroup) string { return c.path + "/.." },
		"on a cgroup far above": func(c *podCgroup) string { return c.path + "/../../.." },
	} {
		t.Run(name, func(t *testing.T) {
			pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
			cgroup.attach(where(cgroup), ebpf.SockOps, ebpf.AttachCGroupSockOps, 0)
			left := cgroup.programs()
			refused(t, cgroup, func(onError string) *exec.Cmd {
				return cgroup.container("init")(applyCommand(pod.prefix(), "--keepalive=300/10/5", "--override", onError))
			}, "attach wst_established to the pod's cgroup: operation not permitted: another program on it, or on a cgroup above, excludes others: foreign (id ", left)
		})
	}
}

// The kernel lets ours in below such a program, which then acts on the pod no longer.
func TestProgramsOfOthersAreNotLeftOut(t *testing.T) {
	for name, place := range map[string]struct {
		kind   ebpf.ProgramType
		attach ebpf.AttachType
		ours   string
	}{
		"the first":  {ebpf.SockOps, ebpf.AttachCGroupSockOps, "wst_established"},
		"the second": {ebpf.CGroupSockopt, ebpf.AttachCGroupSetsockopt, "wst_setsockopt"},
	} {
		t.Run(name, func(t *testing.T) {
			pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
			above := filepath.Join(cgroup.path, "..", "..")
			again := func(onError string) *exec.Cmd {
				return cgroup.container("init")(applyCommand(pod.prefix(), "--keepalive=300/10/5", "--override", onError))
			}
			id := cgroup.attach(above, place.kind, place.attach, unix.BPF_F_ALLOW_OVERRIDE)
			message := fmt.Sprintf("%s would keep a program of a cgroup above from acting on the pod: attach foreign (id %d) with BPF_F_ALLOW_MULTI", place.ours, id)
			refused(t, cgroup, again, message, "")
			if acting := cgroup.acting(place.attach); !slices.Equal(acting, []ebpf.ProgramID{id}) {
				t.Errorf("on the pod act %v, want %d", acting, id)
			}
			cgroup.detach(above, place.attach, id)

			// The tuner of an earlier version ran first: it did not look.
			cgroup.mustApply(pod, "--keepalive=300/10/5", "--override")
			id = cgroup.attach(above, place.kind, place.attach, unix.BPF_F_ALLOW_OVERRIDE)
			refused(t, cgroup, again, fmt.Sprintf("foreign (id %d)", id), "")
			if acting := cgroup.acting(place.attach); !slices.Equal(acting, []ebpf.ProgramID{id}) {
				t.Errorf("after an earlier version, on the pod act %v, want %d", acting, id)
			}
		})
	}
}

func TestProgramsThatAllowOthersBelowStillAct(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	above := filepath.Join(cgroup.path, "..")
	id := cgroup.attach(above, ebpf.SockOps, ebpf.AttachCGroupSockOps, unix.BPF_F_ALLOW_MULTI)
	cgroup.mustApply(pod, "--keepalive=300/10/5", "--override")
	if acting := cgroup.acting(ebpf.AttachCGroupSockOps); len(acting) != 2 || !slices.Contains(acting, id) {
		t.Errorf("on the pod act %v, want ours and %d", acting, id)
	}
}

// What is left out already is no reason to step back.
func TestWhatOthersLeaveOut(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	cgroup.attach(filepath.Join(cgroup.path, ".."), ebpf.SockOps, ebpf.AttachCGroupSockOps, unix.BPF_F_ALLOW_OVERRIDE)
	cgroup.attach(cgroup.path, ebpf.SockOps, ebpf.AttachCGroupSockOps, unix.BPF_F_ALLOW_MULTI)
	cgroup.mustApply(pod, "--keepalive=300/10/5")
	if got, want := cgroup.programs(), "cgroupsockops:foreign "+established; got != want {
		t.Errorf("programs = %s, want %s", got, want)
	}
}

// The second program cannot be attached, so the first one goes again, and what an earlier run left stays.
func TestAFailureHalfWayLeavesAllAsItWas(t *testing.T) {
	pod := startTuned(t, "exec $as "+peer+" sleep", "--keepalive=300/10/5")
	pod.cgroup.attach(pod.cgroup.path, ebpf.CGroupSockopt, ebpf.AttachCGroupSetsockopt, 0)
	left := pod.cgroup.programs()
	refused(t, pod.cgroup, func(onError string) *exec.Cmd {
		return pod.cgroup.container("init")(applyCommand(pod.prefix(), "--keepalive=30/7/3", "--override", onError))
	}, "attach wst_setsockopt", left)
	if accepted, _, _ := pod.accept("", "127.0.0.1:0"); accepted != "on 300/10/5 0" {
		t.Errorf("the connection has %s", accepted)
	}
}

func TestWithoutAPodsCgroup(t *testing.T) {
	pod, cgroup := startPod(t, "exec $as "+peer+" sleep"), newPodCgroup(t)
	refused(t, cgroup, func(onError string) *exec.Cmd {
		return applyCommand(pod.prefix(), "--keepalive=300/10/5", onError)
	}, "find the pod's cgroup: ", "")
	refused(t, cgroup, func(onError string) *exec.Cmd {
		return cgroup.container("init")(applyCommand(pod.prefix("unshare", "--cgroup", "--"), "--keepalive=300/10/5", onError))
	}, "find the pod's cgroup: it is hidden", "")
}
