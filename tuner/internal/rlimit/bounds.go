package rlimit

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Bounds are the least and the most that the soft limit should be, in descriptors; 0 stands for no bound.
type Bounds struct{ Minimum, Maximum uint64 }

// Wanted reports whether there is a bound at all.
func (b Bounds) Wanted() bool { return b != Bounds{} }

// MostFiles is the largest fs.nr_open of a 64-bit kernel, and so the largest limit that there can be: sysctl_nr_open_max in
// the kernel's fs/file.c.
const MostFiles = 1<<31 - 64

// ParseBounds checks the bounds as they are written on a command line, in flags of these names; an empty text is no bound.
// Its errors say what to write instead.
func ParseBounds(minimum, maximum, minimumFlag, maximumFlag string) (bounds Bounds, err error) {
	for _, bound := range []struct {
		flag, text string
		value      *uint64
	}{{minimumFlag, minimum, &bounds.Minimum}, {maximumFlag, maximum, &bounds.Maximum}} {
		if bound.text == "" {
			continue
		}
		number, err := strconv.ParseUint(bound.text, 10, 64)
		if err != nil || number < 1 || number > MostFiles || strconv.FormatUint(number, 10) != bound.text {
			return Bounds{}, fmt.Errorf("--%s cannot be %q: give a whole number from 1 to %d, such as 65536", bound.flag, bound.text, MostFiles)
		}
		*bound.value = number
	}
	if bounds.Maximum > 0 && bounds.Minimum > bounds.Maximum {
		return Bounds{}, fmt.Errorf("--%s=%s is above --%s=%s: give a minimum that is not above the maximum", minimumFlag, minimum, maximumFlag, maximum)
	}
	return bounds, nil
}

// Fit returns the limits within the bounds, as far as the hard limit lets the soft one rise. A soft limit that is high
// enough stays. The preload library does the same: see tuner/preload/libwstuning.c.
func (b Bounds) Fit(limits Limits) Limits {
	if limits.Soft < b.Minimum {
		limits.Soft = min(limits.Hard, b.Minimum)
	}
	if b.Maximum > 0 {
		limits.Soft, limits.Hard = min(limits.Soft, b.Maximum), min(limits.Hard, b.Maximum)
	}
	return limits
}

// Adjust fits this process, and so the program that it executes. It raises the hard limit as well where that is too low
// and may be raised. Its error shows why the limits are not within the bounds; as much as can be done is done then.
func (b Bounds) Adjust() error {
	limits, err := Inherited()
	if err != nil {
		return err
	}
	var refusal error
	if limits.Hard < b.Minimum {
		limits.Hard, refusal = raiseHard(limits, b.Minimum)
	}
	fit := b.Fit(limits)
	if fit != limits {
		if err := set(fit); err != nil {
			return errors.Join(refusal, fmt.Errorf("set the open files limit to %d:%d: %w", fit.Soft, fit.Hard, err))
		}
	}
	return refusal
}

// raiseHard returns the hard limit that this process has then. Only CAP_SYS_RESOURCE may raise it, and only to fs.nr_open.
func raiseHard(limits Limits, wanted uint64) (hard uint64, err error) {
	most, err := nrOpen()
	if err != nil {
		return limits.Hard, err
	}
	if hard = min(wanted, most); hard > limits.Hard {
		if err := set(Limits{limits.Soft, hard}); err != nil {
			return limits.Hard, fmt.Errorf("the hard limit of open files is %d, raising it to %d: %w", limits.Hard, wanted, err)
		}
	}
	hard = max(hard, limits.Hard)
	if hard < wanted {
		return hard, fmt.Errorf("the hard limit of open files is %d, raising it to %d: fs.nr_open of the node is %d", hard, wanted, most)
	}
	return hard, nil
}

func nrOpen() (uint64, error) {
	content, err := os.ReadFile("/proc/sys/fs/nr_open")
	if err != nil {
		return 0, fmt.Errorf("read fs.nr_open: %w", err)
	}
	return parse(strings.TrimSpace(string(content)))
}

func set(limits Limits) error {
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: limits.Soft, Max: limits.Hard})
}
