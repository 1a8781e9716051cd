package kerneltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/podtune"
)

// agentCapabilities are all that the container of the node's agent has.
const agentCapabilities = "-all,+bpf,+net_admin,+perfmon"

// agent is a process with the capabilities of the node's agent, which has the cgroups mounted read-only.
type agent struct{ client }

type reading struct {
	Counts podtune.Counts
	Groups []podtune.Group
	Error  string
}

func (a *agent) read() reading {
	a.t.Helper()
	fmt.Fprintln(a.input)
	line, err := a.output.ReadString('\n')
	if err != nil {
		a.t.Fatal(err)
	}
	return decode[reading](a.t, line)
}

// startAgent starts one for a pod.
func startAgent(t *testing.T, place string, pod *podCgroup, flags ...string) *agent {
	t.Helper()
	a := &agent{client{t: t}}
	a.start(agentCommand(t, agentCapabilities, append(flags, place, pod.path)...))
	return a
}

func agentCommand(t *testing.T, capabilities string, arguments ...string) *exec.Cmd {
	t.Helper()
	hierarchy := unifiedHierarchy(t)
	script := `mount --make-rprivate /; mount --bind ` + hierarchy + ` ` + hierarchy + `; mount -o remount,bind,ro ` + hierarchy + `
exec setpriv --bounding-set ` + capabilities + ` --inh-caps -all --no-new-privs "$@"`
	return exec.Command("unshare", append([]string{"--mount", "sh", "-ec", script, "sh", counter}, arguments...)...)
}

// Connections go on while agents are killed and started.
func TestCountsOutliveAgents(t *testing.T) {
	place, c := newKept(t), startCounted(t)
	agent := startAgent(t, place, c.cgroup)
	c.serve("")
	since := agent.read().Counts.Since
	const rounds = 200
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range rounds {
			c.client.do("open 50", "close 20", "reset 10", "end c 10")
		}
	}()
	agents := 1
	for running := true; running; agents++ {
		select {
		case <-done:
			running = false
		case <-time.After(20 * time.Millisecond):
		}
		agent.process.Process.Kill()
		agent = startAgent(t, place, c.cgroup)
	}
	if agents < 5 {
		t.Errorf("only %d agents ran while connections began and ended", agents)
	}
	want := podtune.Counts{Open: 10 * rounds, EndedByPeer: 20 * rounds, EndedByServer: 10 * rounds, Reset: 10 * rounds}
	expect(t, func() (podtune.Counts, error) { return agent.read().Counts, nil }, want)
	if got := agent.read(); !got.Counts.Since.Equal(since) || got.Counts.Open != c.established() || got.Error != "" {
		t.Errorf("%+v, and the first agent since %s; ss shows %d", got, since, c.established())
	}
}

func TestWhatTheAgentNeeds(t *testing.T) {
	place := newKept(t)
	const lacks, noPlace = "the agent lacks one of the capabilities BPF, NET_ADMIN and PERFMON", "no file system of BPF objects"
	for _, test := range []struct{ capabilities, place, programs, counts string }{
		{"-all,+bpf,+net_admin,+perfmon", place, "possible", "possible"},
		{"-all,+bpf,+net_admin", place, "possible", lacks},
		{"-all,+bpf,+perfmon", place, lacks, lacks},
		{"-all,+net_admin,+perfmon", place, lacks, lacks},
		{"-all,+bpf,+net_admin,+perfmon", t.TempDir(), noPlace, noPlace},
	} {
		output := read(t, agentCommand(t, test.capabilities, "--possible", test.place))
		programs, counts, _ := strings.Cut(output, "\n")
		if !strings.Contains(programs, test.programs) || !strings.Contains(counts, test.counts) {
			t.Errorf("with %s:\n%s\nwant %q and %q", test.capabilities, output, test.programs, test.counts)
		}
		if len(programs) > 512 || len(counts) > 512 {
			t.Errorf("with %s: a report has no room for %d and %d bytes", test.capabilities, len(programs), len(counts))
		}
	}
}

// What is kept of a pod goes after the pod.
func TestNothingIsKeptOfPodsThatAreGone(t *testing.T) {
	place, stays, goes := newKept(t), newPodCgroup(t), newPodCgroup(t)
	kernel := newKernel(t, place)
	for _, cgroup := range []*podCgroup{stays, goes} {
		if _, err := kernel.Attach(cgroup.path, keepalive300, unset); err != nil {
			t.Fatal(err)
		}
	}
	if kept := keptPods(t, place); len(kept) != 2 {
		t.Fatalf("kept: %q", kept)
	}
	if err := os.Remove(goes.path); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(place, "wstuning", "v1-1")
	other := filepath.Join(place, "wstuning", "v0-1")
	for _, folder := range []string{half, other} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// The kernel takes programs off the cgroup some time after it is removed.
	if kept := eventually("1", func() string {
		newKernel(t, place)
		return fmt.Sprint(len(keptPods(t, place)))
	}); kept != "1" {
		t.Errorf("kept: %q", keptPods(t, place))
	}
	if programs := stays.programs(); programs != "cgroupsockops:wst_established cgroupsockops:wst_count" {
		t.Errorf("the pod that stays has %s", programs)
	}
}

func keptPods(t *testing.T, place string) []string {
	t.Helper()
	kept, err := filepath.Glob(filepath.Join(place, "wstuning", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// eventually reads until the kernel has done what it puts off, and returns what is there then.
func eventually(want string, read func() string) (seen string) {
	for range 100 {
		if seen = read(); seen == want {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return seen
}
