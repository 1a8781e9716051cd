package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Identity is a process that cannot be mistaken for a later one with the same number.
type Identity struct {
	PID int `json:"pid"`
	// Started is the time of its start in clock ticks since the machine's boot.
	Started uint64 `json:"started"`
}

// Identify looks a running process up.
func Identify(pid int) (Identity, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Identity{}, fmt.Errorf("look at process %d: %w", pid, err)
	}
	_, started, err := parseStat(string(stat))
	if err != nil {
		return Identity{}, fmt.Errorf("look at process %d: %w", pid, err)
	}
	return Identity{PID: pid, Started: started}, nil
}

// Alive reports whether the process still runs.
func (i Identity) Alive() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", i.PID))
	if err != nil {
		return false
	}
	state, started, err := parseStat(string(stat))
	return err == nil && started == i.Started && state != "Z" && state != "X"
}

// parseStat reads state (field 3) and start time (field 22), see proc_pid_stat(5). The name in field 2 may hold
// blanks and parentheses.
func parseStat(stat string) (state string, started uint64, err error) {
	end := strings.LastIndex(stat, ")")
	fields := strings.Fields(stat[end+1:])
	if end < 0 || len(fields) < 20 {
		return "", 0, fmt.Errorf("not a process status: %q", stat)
	}
	started, err = strconv.ParseUint(fields[19], 10, 64)
	return fields[0], started, err
}
