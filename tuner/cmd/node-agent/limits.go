package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/openfiles"
	"wstuning.dev/tuner/internal/rlimit"
)

const nrOpenFile = "/proc/sys/fs/nr_open"

// raisesHardLimits reads from the status of the node's first process whether the processes that it starts, the runtime among
// them, can have the capability to raise hard limits.
func raisesHardLimits(file string) (bool, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return false, fmt.Errorf("find out whether hard limits can be raised: %w", err)
	}
	for line := range strings.Lines(string(content)) {
		value, found := strings.CutPrefix(line, "CapBnd:")
		if !found {
			continue
		}
		bounding, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			break
		}
		return bounding&(1<<unix.CAP_SYS_RESOURCE) != 0, nil
	}
	return false, fmt.Errorf("find out whether hard limits can be raised: %s has no usable line \"CapBnd\"", file)
}

// ceiling is what bounds the limits that are granted.
type ceiling struct {
	inherited rlimit.Limits // what containers get without an adjustment
	raises    bool          // the runtime can give more than that
}

// limit is the highest that may be granted. The kernel's bound is read each time because it may be lowered.
func (c ceiling) limit(maximum uint64) uint64 {
	nrOpen, err := nrOpen()
	if err != nil {
		nrOpen = c.inherited.Hard
	}
	return min(maximum, nrOpen, c.highest())
}

func (c ceiling) highest() uint64 {
	if c.raises {
		return math.MaxUint64
	}
	return c.inherited.Hard
}

func (c ceiling) present() openfiles.Limits {
	return openfiles.Limits{Soft: c.inherited.Soft, Hard: c.inherited.Hard}
}

// nrOpen is the highest hard limit that the kernel takes.
func nrOpen() (uint64, error) {
	content, err := os.ReadFile(nrOpenFile)
	if err != nil {
		return 0, fmt.Errorf("read fs.nr_open: %w", err)
	}
	number, err := strconv.ParseUint(strings.TrimSpace(string(content)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read fs.nr_open: %w", err)
	}
	return number, nil
}
