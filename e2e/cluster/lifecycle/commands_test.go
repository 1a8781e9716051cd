//go:build node

package lifecycle

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"wstuning.dev/e2e/cluster/node"
)

// call runs one of the executables next to this folder.
func call(name string, args ...string) (string, error) {
	out, err := exec.Command("../"+name, args...).CombinedOutput()
	return string(out), err
}

func must(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := call(name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

type recorded struct {
	Running []struct {
		Name    string
		Process struct{ PID int }
	}
}

func readRecord(t *testing.T) recorded {
	t.Helper()
	text, err := os.ReadFile(node.State + "/record.json")
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func programs(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, program := range readRecord(t).Running {
		names = append(names, program.Name)
	}
	return names
}

// checkMounts looks for what the node agent needs to tune pods where containerd sees it, and finds nothing kept there.
func checkMounts(t *testing.T) {
	t.Helper()
	for _, program := range readRecord(t).Running {
		if program.Name != "containerd" {
			continue
		}
		process := fmt.Sprintf("/proc/%d", program.Process.PID)
		mounts, err := os.ReadFile(process + "/mountinfo")
		if err != nil || !strings.Contains(string(mounts), " /sys/fs/bpf ") || !strings.Contains(string(mounts), " - cgroup2 ") {
			t.Errorf("%v, the node's mounts are\n%s", err, mounts)
		}
		if kept, _ := filepath.Glob(process + "/root/sys/fs/bpf/wstuning/*"); len(kept) > 0 {
			t.Errorf("an earlier node left %v", kept)
		}
	}
}

// kill ends programs of the node the hard way.
func kill(t *testing.T, names ...string) {
	t.Helper()
	for _, program := range readRecord(t).Running {
		if !slices.Contains(names, program.Name) {
			continue
		}
		if err := syscall.Kill(program.Process.PID, syscall.SIGKILL); err != nil {
			t.Fatalf("kill %s: %v", program.Name, err)
		}
	}
}

// killUpAt starts a node and kills the start as soon as it says something.
func killUpAt(t *testing.T, moment string, args ...string) {
	t.Helper()
	command := exec.Command("../up", args...)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	found := false
	for lines := bufio.NewScanner(out); !found && lines.Scan(); {
		found = strings.Contains(lines.Text(), moment)
	}
	// The executable is a shell that has become the program: it is the same process.
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if !found {
		t.Fatalf("up never said %q", moment)
	}
}

func takePort(t *testing.T, port int) (release func()) {
	t.Helper()
	listener, err := net.Listen("tcp", ":"+strconv.Itoa(port))
	if err != nil {
		t.Fatal(err)
	}
	return func() { listener.Close() }
}
