// Package rlimit reads the open files limit (RLIMIT_NOFILE) of this process and of others.
package rlimit

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Limits are the two values of RLIMIT_NOFILE, in descriptors.
type Limits struct {
	Soft uint64 `json:"soft"`
	Hard uint64 `json:"hard"`
}

// Inherited returns the limits that this process was started with, which are those of every container of the pod
// that the runtime treats alike.
//
// The Go runtime raises the soft limit to the hard one before main, and puts the old one back for a program that is
// executed next (go.dev/doc/go1.19#os). So executing nothing is enough: execve fails with ENOENT on the empty path,
// and this process keeps the limit that the program would have had.
func Inherited() (Limits, error) {
	if err := syscall.Exec("", []string{""}, nil); err != syscall.ENOENT {
		return Limits{}, fmt.Errorf("restore the inherited open files limit: %w", err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return Limits{}, fmt.Errorf("read the open files limit: %w", err)
	}
	return Limits{limit.Cur, limit.Max}, nil
}

// OfProcess reads the limits from the file /proc/PID/limits, which everybody may read.
func OfProcess(file string) (Limits, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return Limits{}, fmt.Errorf("read open files limit: %w", err)
	}
	for line := range bytes.Lines(content) {
		values, found := strings.CutPrefix(string(line), "Max open files")
		if !found {
			continue
		}
		fields := strings.Fields(values)
		if len(fields) < 2 {
			break
		}
		soft, softErr := parse(fields[0])
		hard, hardErr := parse(fields[1])
		if softErr != nil || hardErr != nil {
			break
		}
		return Limits{soft, hard}, nil
	}
	return Limits{}, fmt.Errorf("read open files limit: %s has no usable line \"Max open files\"", file)
}

func parse(field string) (uint64, error) { return strconv.ParseUint(field, 10, 64) }
