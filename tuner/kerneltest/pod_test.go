package kerneltest

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
)

// pod is a network namespace and a PID namespace, whose PID 1 is the server.
type pod struct {
	t   *testing.T
	pid string // of the server, as seen from outside
	// shared is whether another container runs next to the server's.
	shared bool
}

// serverUser runs the servers.
const serverUser = "1000"

// startPod runs a shell script as the pod's server. In it, $as runs a program as serverUser. The script has
// 2000 descriptors, which can be raised to 3000.
func startPod(t *testing.T, script string) *pod {
	t.Helper()
	return startPodIn(t, anywhere, script)
}

// startRoomyPod is startPod with 20,000 descriptors.
func startRoomyPod(t *testing.T, script string) *pod {
	t.Helper()
	return startPodWith(t, anywhere, "ulimit -n 20000", script)
}

func anywhere(command *exec.Cmd) *exec.Cmd { return command }

// startPodIn is startPod for a server that place puts into a cgroup.
func startPodIn(t *testing.T, place func(*exec.Cmd) *exec.Cmd, script string) *pod {
	t.Helper()
	return startPodWith(t, place, "ulimit -n 3000; ulimit -Sn 2000", script)
}

func startPodWith(t *testing.T, place func(*exec.Cmd) *exec.Cmd, limits, script string) *pod {
	t.Helper()
	setUp := `set -e; mount --make-rprivate /; mount -t proc proc /proc; ip link set lo up; ` + limits + `
as="setpriv --reuid ` + serverUser + ` --regid ` + serverUser + ` --clear-groups"
`
	command := exec.Command("sh", "-c", setUp+script)
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS}
	start(t, place(command))
	return &pod{t: t, pid: strconv.Itoa(command.Process.Pid)}
}

// start waits until the program is ready, and ends it with the test.
func start(t *testing.T, command *exec.Cmd) {
	t.Helper()
	var errorText strings.Builder
	command.Stderr = &errorText
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		command.Process.Kill()
		command.Wait()
		t.Fatalf("%s is not ready: %q, %v\n%s", command, line, err, errorText.String())
	}
}

// connect opens connections inside of the pod.
func (p *pod) connect(arguments ...string) {
	p.t.Helper()
	start(p.t, p.enter(append([]string{peer, "dial"}, arguments...)...))
	time.Sleep(200 * time.Millisecond) // until the server has accepted them
}

// enter makes a command that runs in the network namespace.
func (p *pod) enter(command ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"--target", p.pid, "--net", "--"}, command...)...)
}

// observe runs the tuner the way an ephemeral container does: in the namespaces of the server, as a user without privileges.
func (p *pod) observe(user string, arguments ...string) report.Server {
	p.t.Helper()
	return p.observeBy(p.observation(user, arguments...))
}

func (p *pod) observation(user string, arguments ...string) *exec.Cmd {
	if !p.shared {
		arguments = append([]string{"--alone"}, arguments...)
	}
	command := append([]string{
		"--target", p.pid, "--net", "--pid", "--mount", "--",
		"setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--bounding-set", "-all", "--inh-caps", "-all", "--no-new-privs",
		tuner, "observe", "--start=token",
	}, arguments...)
	return exec.Command("nsenter", command...)
}

func (p *pod) observeBy(observation *exec.Cmd) report.Server {
	p.t.Helper()
	result := run(p.t, observation)
	if result.code != 0 {
		p.t.Fatalf("observe ended with %d: %s", result.code, result.errors)
	}
	var server report.Server
	if err := json.Unmarshal([]byte(result.output), &server); err != nil {
		p.t.Fatalf("%v in report %s", err, result.output)
	}
	p.t.Log(result.output)
	return server
}

type result struct {
	code           int
	output, errors string
}

func run(t *testing.T, command *exec.Cmd) result {
	t.Helper()
	var output, errorText strings.Builder
	command.Stdout, command.Stderr = &output, &errorText
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", command, err)
	}
	return result{command.ProcessState.ExitCode(), strings.TrimSpace(output.String()), strings.TrimSpace(errorText.String())}
}

// read is what another program sees, which must succeed.
func read(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	r := run(t, command)
	if r.code != 0 {
		t.Fatalf("%s: %s", command, r.errors)
	}
	return r.output
}

// sysctl reads a key inside of the pod with cat(1).
func (p *pod) sysctl(key string) string {
	p.t.Helper()
	content := read(p.t, p.enter("cat", "/proc/sys/"+strings.ReplaceAll(key, ".", "/")))
	return strings.Join(strings.Fields(content), " ")
}

// openFiles reads the limits of a process, by its id outside of the pod.
func openFiles(t *testing.T, pid string) (soft, hard uint64) {
	t.Helper()
	content, err := os.ReadFile("/proc/" + pid + "/limits")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if fields := strings.Fields(line); len(fields) == 6 && fields[1] == "open" {
			soft, _ = strconv.ParseUint(fields[3], 10, 64)
			hard, _ = strconv.ParseUint(fields[4], 10, 64)
		}
	}
	if soft == 0 {
		t.Fatalf("no open files limit in\n%s", content)
	}
	return soft, hard
}
