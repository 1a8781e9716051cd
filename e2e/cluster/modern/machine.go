package modern

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"syscall"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/process"
)

// machine is the kernel with its two disks: the one that the node changes, of which its own file has only the changes, and
// the one with what it is given. On one processor it takes a third of the time: the kernel and its programs take turns with
// each system call.
func machine(cpu string) process.Program {
	return process.Program{
		Name: "modern", Path: "/usr/bin/taskset", Group: cgroup.Modern, Log: Log,
		Env: []string{"PATH=/usr/bin:/bin", "HOME=" + state, "TMPDIR=" + memoryFolder()},
		Args: []string{
			"--cpu-list", cpu, kernel,
			"umid=modern", "uml_dir=" + state, fmt.Sprintf("mem=%dM", memory>>20), "ubd0=" + disk + ".changes," + disk, "ubd1r=" + seedFile,
			"root=/dev/ubda", "rw", "con=null", "con0=null,fd:1", "ssl=null",
			"vec0:transport=tap,ifname=" + network.Tap + ",depth=128,gro=1",
			// A reboot is two boots: this program ends, and is started again.
			"noreboot", "systemd.unified_cgroup_hierarchy=1", "quiet",
		},
	}
}

// memoryFolder is where the guest's memory is, as a file without a name. In a container, /dev/shm is often small, and a guest
// that found it full would die.
func memoryFolder() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(sharedMemory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= memory && fs.Flags&noexec == 0 {
		return sharedMemory
	}
	return state
}

const (
	sharedMemory = "/dev/shm"
	noexec       = 8 // statfs(2): the guest's programs run from that file
)

// lastCPU is the last processor that this process may use.
func lastCPU() (string, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "", fmt.Errorf("look for a processor: %w", err)
	}
	return lastOf(string(status))
}

var allowed = regexp.MustCompile(`(?m)^Cpus_allowed_list:.*?(\d+)$`)

func lastOf(status string) (string, error) {
	found := allowed.FindStringSubmatch(status)
	if found == nil {
		return "", errors.New("/proc/self/status does not list the processors that may be used")
	}
	return found[1], nil
}
