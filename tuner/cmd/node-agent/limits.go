package main

import (
	"fmt"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/openfiles"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/state"
)

const nrOpenFile = "/proc/sys/fs/nr_open"

// keepWhetherLimitsRaise tries what the runtime does for a container: to raise the hard limit of a process. If this
// privileged container cannot, neither can the runtime that started it.
func keepWhetherLimitsRaise(folder state.Folder, log *slog.Logger) error {
	nrOpen, err := nrOpen()
	if err != nil {
		return err
	}
	raised := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: nrOpen, Max: nrOpen})
	log.Info("hard limits", "raise", raised == nil, "nr_open", nrOpen, "problem", raised)
	if err := folder.KeepRaises(raised == nil); err != nil {
		return fmt.Errorf("remember whether hard limits can be raised: %w", err)
	}
	return nil
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
