// Package mounts gives the node a mount namespace of its own.
package mounts

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// Isolate moves the calling goroutine into a new mount namespace, and with it every process that it starts from now on.
// So the node's hundreds of mounts never show on the machine, its propagation stays as it is, and they all vanish with
// the node's last process. The namespace receives the machine's mounts and shares its own only among pods, as the
// kubelet needs it.
//
// The thread is never given back: the goroutine must end, or the program.
func Isolate() error {
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
		return fmt.Errorf("make a mount namespace: %w", err)
	}
	for _, propagation := range []uintptr{syscall.MS_SLAVE, syscall.MS_SHARED} {
		if err := syscall.Mount("", "/", "", syscall.MS_REC|propagation, ""); err != nil {
			return fmt.Errorf("set the propagation of the node's mounts: %w", err)
		}
	}
	return nil
}

// Under returns the mount points at or below a folder that this process sees.
func Under(folder string) ([]string, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, fmt.Errorf("read the mounts: %w", err)
	}
	return under(string(table), folder), nil
}

func under(mountinfo, folder string) []string {
	var points []string
	lines := bufio.NewScanner(strings.NewReader(mountinfo))
	for lines.Scan() {
		// proc_pid_mountinfo(5): the fifth field is the mount point.
		fields := strings.Fields(lines.Text())
		if len(fields) > 4 && (fields[4] == folder || strings.HasPrefix(fields[4], folder+"/")) {
			points = append(points, fields[4])
		}
	}
	return points
}
