// Package grant decides whether an init container should end at once, so that the kubelet makes another one. An open files
// limit is granted to a container when it is created: on a node that was just booted, the node's agent may come too late
// for the first one, and only a new container can have more.
package grant

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"wstuning.dev/tuner/internal/rlimit"
)

// youngNode is how long after the boot of a node its agent may not be there yet.
const youngNode = 10 * time.Minute

const (
	uptime  = "proc/uptime"
	uids    = "proc/self/uid_map"
	sandbox = "etc/resolv.conf" // the container runtime writes it when it makes the sandbox
)

// Here is the container that this program runs in.
type Here struct {
	Files  fs.FS // from the root
	Now    func() time.Time
	Limits func() (rlimit.Limits, error) // that this process inherited
	Sleep  func(time.Duration)
}

// Await is what a container waits for. The zero value waits for nothing.
type Await struct {
	Minimum uint64 // descriptors
	// Hard means that something in the pod raises the soft limit to the hard one, so that the hard one matters.
	Hard     bool
	Patience time.Duration // how old the sandbox may be
}

// Longest is the highest patience: the kubelet's pauses between containers double, so that later ones are of no use.
const Longest = 5 * time.Minute

// ParsePatience checks a patience as it is written on a command line; an empty text is none. Its errors say what to write
// instead.
func ParsePatience(flag, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	patience, err := time.ParseDuration(text)
	if err != nil || patience < time.Second || patience > Longest {
		return 0, fmt.Errorf("--%s cannot be %q: give a duration from 1s to %s, such as 45s", flag, text, Longest)
	}
	return patience, nil
}

// Awaited returns the present limits if a new container might get more. What is not known for sure is no reason to wait.
func (a Await) Awaited(here Here) (limits rlimit.Limits, waits bool) {
	limits, err := here.Limits()
	if err != nil || a.reached(limits) {
		return limits, false
	}
	up, known := here.uptime()
	age, made := here.sandboxAge()
	if !known || !made {
		return limits, false
	}
	// A kernel that is younger than the sandbox is the sandbox's own, as with gVisor and Kata, and shows nothing of the node.
	young := up < youngNode && age < a.Patience && age < up
	return limits, young && !here.inUserNamespace()
}

// Stay lets a third of the patience pass before the container ends. The kubelet makes the second container at once, and
// pauses before each further one for twice as long as before: waiting here gives a node's agent time without a longer pause.
func (a Await) Stay(here Here) {
	if age, made := here.sandboxAge(); made && age < a.Patience/3 {
		here.Sleep(a.Patience/3 - age)
	}
}

func (a Await) reached(limits rlimit.Limits) bool {
	if a.Hard {
		return limits.Hard >= a.Minimum
	}
	return limits.Soft >= a.Minimum
}

// uptime is the time since the kernel was booted: see proc(5).
func (h Here) uptime() (time.Duration, bool) {
	content, err := fs.ReadFile(h.Files, uptime)
	fields := strings.Fields(string(content))
	if err != nil || len(fields) == 0 {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(fields[0], 64)
	if err != nil || !(seconds >= 0 && seconds < 1e9) {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// sandboxAge is unknown if the clock was set back since.
func (h Here) sandboxAge() (time.Duration, bool) {
	file, err := fs.Stat(h.Files, sandbox)
	if err != nil {
		return 0, false
	}
	age := h.Now().Sub(file.ModTime())
	return age, age >= 0
}

// inUserNamespace is true also where that cannot be read. The first line of the initial namespace maps all ids to
// themselves: see user_namespaces(7).
func (h Here) inUserNamespace() bool {
	content, err := fs.ReadFile(h.Files, uids)
	return err != nil || strings.Join(strings.Fields(string(content)), " ") != "0 0 4294967295"
}
