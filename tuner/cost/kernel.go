package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/counting"
)

// openKernel mounts what the node's agent keeps its programs in, in the mount namespace of this process.
func openKernel() (kernel *counting.Kernel, done func(), err error) {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, nil, fmt.Errorf("make mounts private: %w", err)
	}
	place, err := os.MkdirTemp("", "cost")
	if err != nil {
		return nil, nil, err
	}
	if err := unix.Mount("bpf", place, "bpf", 0, ""); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("mount a file system of BPF objects: %w", err), os.Remove(place))
	}
	kernel = counting.Open(place)
	done = func() {
		kernel.Close()
		unix.Unmount(place, 0)
		os.Remove(place)
	}
	if programs, counts := kernel.Possible(); programs != nil || counts != nil {
		done()
		return nil, nil, errors.Join(programs, counts)
	}
	return kernel, done, nil
}
