package kerneltest

import (
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
)

const (
	countProgram = "cgroupsockops:wst_count"
	hidesOthers  = "would keep a program of a cgroup above from acting on the pod: attach "
	excludes     = "another program on it, or on a cgroup above, excludes others: "
)

// What others have on the pod decides what the agent attaches. The agent may not look up their names.
func TestTheAgentLeavesProgramsOfOthersAlone(t *testing.T) {
	sockops, setopt := ebpf.AttachCGroupSockOps, ebpf.AttachCGroupSetsockopt
	for name, test := range map[string]struct {
		above          string
		kind           ebpf.ProgramType
		place          ebpf.AttachType
		flags          uint32
		options        sockopt.Options
		refused, count string // why
		left           string
	}{
		"multi":                        {"", ebpf.SockOps, sockops, unix.BPF_F_ALLOW_MULTI, override300, "", "", "cgroupsockops:foreign " + established + " " + countProgram + " " + setsockopt},
		"multi above":                  {"/..", ebpf.SockOps, sockops, unix.BPF_F_ALLOW_MULTI, override300, "", "", established + " " + countProgram + " " + setsockopt},
		"exclusive":                    {"", ebpf.SockOps, sockops, 0, override300, excludes, "", "cgroupsockops:foreign"},
		"exclusive, only counted":      {"", ebpf.SockOps, sockops, 0, sockopt.Options{}, "", excludes, "cgroupsockops:foreign"},
		"exclusive for the second":     {"", ebpf.CGroupSockopt, setopt, 0, override300, excludes, "", "cgroupsetsockopt:foreign"},
		"replaceable above":            {"/../..", ebpf.SockOps, sockops, unix.BPF_F_ALLOW_OVERRIDE, keepalive300, hidesOthers, "", ""},
		"replaceable above, counted":   {"/../..", ebpf.SockOps, sockops, unix.BPF_F_ALLOW_OVERRIDE, sockopt.Options{}, "", hidesOthers, ""},
		"replaceable above the second": {"/..", ebpf.CGroupSockopt, setopt, unix.BPF_F_ALLOW_OVERRIDE, override300, hidesOthers, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			kernel, cgroup := newKernel(t, newKept(t)), newPodCgroup(t)
			cgroup.attach(cgroup.path+test.above, test.kind, test.place, test.flags)
			pod, err := kernel.Attach(cgroup.path, test.options, unset)
			if test.refused == "" && err != nil || test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)) {
				t.Errorf("%v; want %q", err, test.refused)
			}
			if err == nil {
				_, _, err := pod.Read()
				if test.count == "" && err != nil || test.count != "" && (err == nil || !strings.Contains(err.Error(), test.count)) {
					t.Errorf("read: %v; want %q", err, test.count)
				}
			}
			if left := eventually(test.left, cgroup.programs); left != test.left {
				t.Errorf("programs = %q, want %q", left, test.left)
			}
		})
	}
}

func TestTheAgentSeesNoNamesOfOthers(t *testing.T) {
	place, cgroup := newKept(t), newPodCgroup(t)
	cgroup.attach(cgroup.path, ebpf.SockOps, ebpf.AttachCGroupSockOps, 0)
	r := run(t, agentCommand(t, agentCapabilities, "--keepalive=300/10/5", place, cgroup.path))
	if r.code != 1 || !strings.Contains(r.errors, excludes+"(id ") {
		t.Errorf("ended with %d: %s", r.code, r.errors)
	}
}

// Pods that an init container tunes are counted, too, in either order.
func TestAPodThatAnInitContainerTunesIsCounted(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	if _, err := kernel.Attach(c.cgroup.path, sockopt.Options{}, unset); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c.cgroup.mustApply(c.pod, "--keepalive=300/10/5", "--override")
	}
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{}, unset)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.cgroup.programs(), countProgram+" "+established+" "+setsockopt; got != want {
		t.Errorf("programs = %q, want %q", got, want)
	}
	c.serve("--accepted=keepalive=0")
	c.client.do("open 3", "close 1")
	expect(t, countsOf(pod), podtune.Counts{Open: 2, EndedByPeer: 1, EndedByServer: 2}) // with the two by which the tuner proves its programs
	expectGroups(t, pod, "2*8080 on 300/10/5 0")
}

// Another plan may have other options.
func TestTheAgentReplacesItsOptions(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	if _, err := kernel.Attach(c.cgroup.path, override300, unset); err != nil {
		t.Fatal(err)
	}
	if got, want := c.cgroup.programs(), established+" "+countProgram+" "+setsockopt; got != want {
		t.Errorf("programs = %q, want %q", got, want)
	}
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{UserTimeoutSeconds: 9}, unset)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := eventually(established+" "+countProgram, c.cgroup.programs), established+" "+countProgram; got != want {
		t.Errorf("programs = %q, want %q", got, want)
	}
	c.serve("--accepted=idle=15")
	c.client.do("open 3")
	expect(t, countsOf(pod), podtune.Counts{Open: 3})
	expectGroups(t, pod, "3*8080 off 15/75/9 9000")
}
