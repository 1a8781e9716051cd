package kerneltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
)

// groupsOf writes groups as count*port and the options, the most numerous first.
func groupsOf(t *testing.T, pod podtune.Pod) string {
	t.Helper()
	_, groups, err := pod.Read()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	slices.SortFunc(groups, func(a, b podtune.Group) int { return b.Count - a.Count })
	for _, g := range groups {
		state := map[bool]string{false: "off", true: "on"}[g.Keepalive]
		texts = append(texts, fmt.Sprintf("%d*%d %s %d/%d/%d %d", g.Count, g.Port, state, g.Time, g.Interval, g.Probes, g.UserTimeoutMillis))
	}
	return strings.Join(texts, ", ")
}

// expectGroups waits until the server has set its options.
func expectGroups(t *testing.T, pod podtune.Pod, want string) {
	t.Helper()
	if got := eventually(want, func() string { return groupsOf(t, pod) }); got != want {
		t.Errorf("%s; want %s", got, want)
	}
}

func TestOptionsAreReadAsTheyAreThen(t *testing.T) {
	for name, test := range map[string]struct {
		options            sockopt.Options
		server             string
		first, later, last string
	}{
		"nothing": {sockopt.Options{}, "", "9*8080 off 7200/75/9 0",
			"7*8080 off 7200/75/9 0, 2*8080 off 4321/75/9 0", "7*8080 off 111/22/3 0, 2*8080 off 4321/22/3 0"},
		"the server's own": {sockopt.Options{}, "--listener=timeout=7000 --accepted=keepalive=1,idle=15,interval=16", "9*8080 on 15/16/9 7000",
			"7*8080 on 15/16/9 7000, 2*8080 on 4321/16/9 7000", "7*8080 on 15/16/3 7000, 2*8080 on 4321/16/3 7000"},
		"Respect": {keepalive300, "--accepted=idle=15", "9*8080 on 15/10/5 20000",
			"7*8080 on 15/10/5 20000, 2*8080 on 4321/10/5 20000", ""},
		"Override": {override300, "--accepted=keepalive=0,idle=15,timeout=5000", "9*8080 on 15/10/5 5000",
			"9*8080 on 15/10/5 5000", ""},
	} {
		t.Run(name, func(t *testing.T) {
			kernel, c := newKernel(t, newKept(t)), startCounted(t)
			pod, err := kernel.Attach(c.cgroup.path, test.options, unset)
			if err != nil {
				t.Fatal(err)
			}
			c.serve(test.server)
			c.client.do("open 12", "close 3")
			expect(t, countsOf(pod), podtune.Counts{Open: 9, EndedByPeer: 3})
			expectGroups(t, pod, test.first)
			c.client.do("set 2")
			expectGroups(t, pod, test.later)
			// What a socket has not set itself, it has from the sysctls of its network namespace, then as now.
			read(t, c.enter("sysctl", "-q", "net.ipv4.tcp_keepalive_time=111", "net.ipv4.tcp_keepalive_intvl=22", "net.ipv4.tcp_keepalive_probes=3"))
			if test.last == "" {
				test.last = test.later
			}
			expectGroups(t, pod, test.last)
		})
	}
}

var override300 = sockopt.Options{Keepalive: keepalive300.Keepalive, UserTimeoutSeconds: 20, Override: true}

// Connections that the pod opens are not its servers', also if a program of others has their states reported.
func TestConnectionsThatThePodOpensAreNotCounted(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{}, unset)
	if err != nil {
		t.Fatal(err)
	}
	const activeEstablished = 4
	c.cgroup.attachFlags(activeEstablished, 1<<2)
	c.serve("")
	start(t, c.client.pod.enter(peer, "obey", clientAddress+":9090"))
	inside := &client{t: t, pod: c.pod}
	inside.start(c.cgroup.container("server")(c.enter(peer, "command", clientAddress+":9090")))
	c.client.do("open 3")
	inside.do("open 9", "close 2", "reset 2", "end c 2")
	c.client.do("close 1")
	expect(t, countsOf(pod), podtune.Counts{Open: 2, EndedByPeer: 1})
	expectGroups(t, pod, "2*8080 off 7200/75/9 0")
}

// Counts that a program of others spoils are not shown.
func TestCountsThatCannotBeRightAreAnError(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{}, unset)
	if err != nil {
		t.Fatal(err)
	}
	c.serve("")
	c.client.do("open 5", "close 1")
	expect(t, countsOf(pod), podtune.Counts{Open: 4, EndedByPeer: 1})
	const passiveEstablished = 5
	c.cgroup.attachFlags(passiveEstablished, 0)
	c.client.do("open 2", "close 5")
	for range 100 {
		if _, _, err = pod.Read(); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "BPF_SOCK_OPS_STATE_CB_FLAG") {
		t.Errorf("read: %v", err)
	}
}

// attachFlags attaches a program of others that sets these flags in an operation, and no other flag.
func (c *podCgroup) attachFlags(operation, flags int32) {
	c.t.Helper()
	c.attach(c.path, ebpf.SockOps, ebpf.AttachCGroupSockOps, unix.BPF_F_ALLOW_MULTI,
		asm.LoadMem(asm.R2, asm.R1, 0, asm.Word),
		asm.JNE.Imm(asm.R2, operation, "done"),
		asm.Mov.Imm(asm.R2, flags),
		asm.FnSockOpsCbFlagsSet.Call(),
		asm.Mov.Imm(asm.R0, 0).WithSymbol("done"))
}

func TestTheListIsBounded(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	kernel.MostListed = 10
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{}, unset)
	if err != nil {
		t.Fatal(err)
	}
	c.serve("")
	c.client.do("open 25")
	expect(t, countsOf(pod), podtune.Counts{Open: 25})
	expectGroups(t, pod, "10*8080 off 7200/75/9 0")
	// Each that ends leaves its place to one that begins, and those that are not listed are counted as well.
	c.client.do("close 4", "open 2")
	expect(t, countsOf(pod), podtune.Counts{Open: 23, EndedByPeer: 4})
	expectGroups(t, pod, "8*8080 off 7200/75/9 0")
	c.client.do("close 15", "open 9")
	expect(t, countsOf(pod), podtune.Counts{Open: 17, EndedByPeer: 19})
}
