package kerneltest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// machine is a user-mode Linux: an older kernel, in which root has all capabilities, and may change what belongs to a node.
type machine struct {
	kernel string
	memory string
	within time.Duration
}

var small = machine{"linux.uml", "256M", 2 * time.Minute}

// modules is the folder of the kernel's modules, with a path as Debian's package has it.
func (m machine) modules(t *testing.T) string {
	t.Helper()
	kernel, err := exec.LookPath(m.kernel)
	if err != nil {
		t.Skipf("this machine has no %s", m.kernel)
	}
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(kernel), "../lib/uml/modules/*"))
	if len(found) != 1 {
		t.Fatalf("%s has modules in %q", kernel, found)
	}
	return found[0]
}

// boot runs a script as the init of that kernel, on the file system of this machine, and returns what it prints.
func boot(t *testing.T, guest machine, script string) string {
	t.Helper()
	if _, err := exec.LookPath(guest.kernel); err != nil {
		t.Skipf("this machine has no %s", guest.kernel)
	}
	init := filepath.Join(t.TempDir(), "init")
	if err := os.WriteFile(init, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), guest.within)
	defer cancel()
	// The kernel and its programs take turns with each system call, which is quicker on one processor.
	command := exec.CommandContext(ctx, "nice", "taskset", "--cpu-list", oneProcessor(t), guest.kernel, "mem="+guest.memory,
		"root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", "init="+init, "con=null", "con0=null,fd:1", "quiet")
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // then it ends its programs
	command.WaitDelay = 10 * time.Second
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	t.Logf("%s", output)
	return strings.ReplaceAll(string(output), "\r", "")
}

// oneProcessor is the last that this process may use.
func oneProcessor(t *testing.T) string {
	t.Helper()
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		t.Fatal(err)
	}
	last := 0
	for processor := range len(allowed) * 64 {
		if allowed.IsSet(processor) {
			last = processor
		}
	}
	return strconv.Itoa(last)
}
