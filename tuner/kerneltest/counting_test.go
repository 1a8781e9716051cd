package kerneltest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/counting"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
)

// newKept mounts a file system of BPF objects, as a node has one.
func newKept(t *testing.T) string {
	t.Helper()
	place := t.TempDir()
	if err := unix.Mount("bpf", place, "bpf", 0, "mode=0700"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(place, 0); err != nil {
			t.Error(err)
		}
	})
	return place
}

// newKernel can do everything.
func newKernel(t *testing.T, place string) *counting.Kernel {
	t.Helper()
	kernel := counting.Open(place)
	t.Cleanup(kernel.Close)
	if programs, counts := kernel.Possible(); programs != nil || counts != nil {
		t.Fatal(programs, counts)
	}
	return kernel
}

var keepalive300 = sockopt.Options{Keepalive: &sockopt.Keepalive{TimeSeconds: 300, IntervalSeconds: 10, Probes: 5}, UserTimeoutSeconds: 20}

var unset = podtune.Sysctls{Time: 7200, Interval: 75, Probes: 9}

// counted is a server in a pod's cgroup, and a client in another network namespace.
type counted struct {
	*pod
	cgroup *podCgroup
	client *client
}

const (
	serverAddress = "198.18.17.1"
	clientAddress = "198.18.17.2"
)

// startCounted connects two network namespaces by a cable.
func startCounted(t *testing.T) *counted {
	t.Helper()
	cgroup := newPodCgroup(t)
	// The server starts when the test has attached its programs, as a pod's does.
	server := startPodIn(t, cgroup.container("sandbox"), "exec "+peer+" sleep")
	far := startPod(t, "exec "+peer+" sleep")
	for _, arguments := range [][]string{
		{"ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", far.pid},
		{"ip", "address", "add", serverAddress + "/30", "dev", "eth0"},
		{"ip", "link", "set", "eth0", "up"},
	} {
		read(t, server.enter(arguments...))
	}
	read(t, far.enter("ip", "address", "add", clientAddress+"/30", "dev", "eth0"))
	read(t, far.enter("ip", "link", "set", "eth0", "up"))
	return &counted{pod: server, cgroup: cgroup, client: &client{t: t, pod: far}}
}

// serve starts the server and its client.
func (c *counted) serve(flags string, clientFlags ...string) {
	c.t.Helper()
	start(c.t, c.cgroup.container("server")(c.enter(append(append([]string{peer, "obey"}, strings.Fields(flags)...), serverAddress+":8080")...)))
	c.client.start(c.client.pod.enter(append(append([]string{peer, "command"}, clientFlags...), serverAddress+":8080")...))
}

// client is peer command.
type client struct {
	t       *testing.T
	pod     *pod
	process *exec.Cmd
	input   io.WriteCloser
	output  *bufio.Reader
}

func (c *client) start(command *exec.Cmd) {
	c.t.Helper()
	var err error
	if c.input, err = command.StdinPipe(); err != nil {
		c.t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	c.process, c.output = command, bufio.NewReader(output)
	if err := command.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	c.await()
}

func (c *client) await() {
	c.t.Helper()
	if line, err := c.output.ReadString('\n'); line != "ready\n" {
		c.t.Fatalf("the client is not ready: %q, %v", line, err)
	}
}

// do gives orders.
func (c *client) do(orders ...string) {
	c.t.Helper()
	for _, order := range orders {
		fmt.Fprintln(c.input, order)
		c.await()
	}
}

// vanish cuts the cable, and ends the client unheard.
func (c *client) vanish() {
	c.t.Helper()
	read(c.t, c.pod.enter("ip", "link", "set", "eth0", "down"))
	c.process.Process.Signal(syscall.SIGKILL)
}

// established is what ss(8) shows of the server's connections.
func (c *counted) established() uint64 {
	c.t.Helper()
	lines := read(c.t, c.enter("ss", "-Hnt", "state", "established", "sport", "=", ":8080"))
	return uint64(len(strings.Fields(strings.ReplaceAll(lines, " ", ""))))
}

func text(c podtune.Counts) string {
	return fmt.Sprintf("open %d, ended by the peer %d, by the server %d, reset %d, dead %d", c.Open, c.EndedByPeer, c.EndedByServer, c.Reset, c.FoundDead)
}

// expect waits until the counts are these.
func expect(t *testing.T, count func() (podtune.Counts, error), want podtune.Counts) {
	t.Helper()
	var got podtune.Counts
	for range 300 {
		var err error
		if got, err = count(); err != nil {
			t.Fatal(err)
		}
		if text(got) == text(want) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("counted %s; want %s", text(got), text(want))
}

func countsOf(pod podtune.Pod) func() (podtune.Counts, error) {
	return func() (podtune.Counts, error) {
		counts, _, err := pod.Read()
		return counts, err
	}
}

func TestConnectionsAreCountedByHowTheyEnd(t *testing.T) {
	kernel := newKernel(t, newKept(t))
	c := startCounted(t)
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{}, unset)
	if err != nil {
		t.Fatal(err)
	}
	c.serve("--accepted=keepalive=1,idle=1,interval=1,probes=2")
	c.client.do("open 60", "close 5", "reset 7", "end c 11", "end a 3", "end u 2", "end h 4")
	want := podtune.Counts{Open: 28, EndedByPeer: 5, EndedByServer: 20, Reset: 7}
	expect(t, countsOf(pod), want)
	if seen := c.established(); seen != want.Open {
		t.Errorf("ss shows %d", seen)
	}
	c.client.vanish()
	want.Open, want.FoundDead = 0, 28
	expect(t, countsOf(pod), want)
}

// A new agent starts next to the present one, and sweeps.
func TestTwoAgentsDoNotTakeFromEachOtherWhatIsNotAttachedYet(t *testing.T) {
	place, cgroup := newKept(t), newPodCgroup(t)
	kernel := newKernel(t, place)
	other, err := os.Open(filepath.Join(place, "wstuning"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := unix.Flock(int(other.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	attached, opened := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := kernel.Attach(cgroup.path, keepalive300, unset)
		attached <- err
	}()
	go func() {
		next := counting.Open(place)
		defer next.Close()
		programs, counts := next.Possible()
		opened <- errors.Join(programs, counts)
	}()
	select {
	case <-attached:
		t.Error("it attaches while another agent sweeps")
	case <-opened:
		t.Error("it sweeps while another agent attaches")
	case <-time.After(300 * time.Millisecond):
	}
	unix.Flock(int(other.Fd()), unix.LOCK_UN)
	if err := errors.Join(<-attached, <-opened); err != nil {
		t.Error(err)
	}
	if got := cgroup.programs(); !strings.Contains(got, "wst_count") {
		t.Errorf("attached are %q", got)
	}
}

// An administrator of the node ends connections on the server's side.
func TestConnectionsThatTheNodeKills(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{}, unset)
	if err != nil {
		t.Fatal(err)
	}
	c.serve("")
	c.client.do("open 3")
	read(t, c.enter("ss", "-K", "-Hnt", "state", "established", "sport", "=", ":8080"))
	expect(t, countsOf(pod), podtune.Counts{EndedByServer: 3})
}

// One client's byte arrives, and nothing else that it sends: what the server answers, no one acknowledges.
func TestADeadPeerAmongOthers(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	pod, err := kernel.Attach(c.cgroup.path, sockopt.Options{UserTimeoutSeconds: 1}, unset)
	if err != nil {
		t.Fatal(err)
	}
	c.serve("")
	c.client.do("open 6")
	port := strings.Fields(read(t, c.enter("ss", "-Hnt", "state", "established", "sport", "=", ":8080")))[3]
	_, number, _ := strings.Cut(port, clientAddress+":")
	read(t, c.client.pod.enter("iptables", "-A", "OUTPUT", "-p", "tcp", "--sport", number, "-m", "length", "!", "--length", "53", "-j", "DROP"))
	c.client.do("set 6")
	expect(t, countsOf(pod), podtune.Counts{Open: 5, FoundDead: 1})
}

// Servers in Go listen by MPTCP, which few clients speak.
func TestConnectionsOfListenersByMPTCP(t *testing.T) {
	for name, flags := range map[string][]string{"to clients by TCP": nil, "to clients by MPTCP": {"--mptcp"}} {
		t.Run(name, func(t *testing.T) {
			kernel, c := newKernel(t, newKept(t)), startCounted(t)
			pod, err := kernel.Attach(c.cgroup.path, keepalive300, unset)
			if err != nil {
				t.Fatal(err)
			}
			c.serve("--mptcp", flags...)
			c.client.do("open 9", "close 2", "reset 3", "end a 1")
			expect(t, countsOf(pod), podtune.Counts{Open: 3, EndedByPeer: 2, EndedByServer: 1, Reset: 3})
			expectGroups(t, pod, "3*8080 on 300/10/5 20000")
		})
	}
}

// Both ends are in the pod: each connection counts once. Groups keep servers apart by their ports.
func TestConnectionsWithinThePodByIPv6(t *testing.T) {
	kernel, c := newKernel(t, newKept(t)), startCounted(t)
	pod, err := kernel.Attach(c.cgroup.path, keepalive300, unset)
	if err != nil {
		t.Fatal(err)
	}
	for port, connections := range map[string]string{"8080": "open 5", "9090": "open 3"} {
		start(t, c.cgroup.container("server")(c.enter(peer, "obey", "[::1]:"+port)))
		inside := &client{t: t, pod: c.pod}
		inside.start(c.cgroup.container("client")(c.enter(peer, "command", "[::1]:"+port)))
		inside.do(connections, "close 1")
	}
	expect(t, countsOf(pod), podtune.Counts{Open: 6, EndedByPeer: 2})
	expectGroups(t, pod, "4*8080 on 300/10/5 20000, 2*9090 on 300/10/5 20000")
}
