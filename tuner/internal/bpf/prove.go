package bpf

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/trial"
)

// proofTimeout bounds each step of a connection on loopback. It is reached only if something drops its packets, and it
// is long enough for a node that has no processor left for a moment.
const proofTimeout = 2 * time.Second

// Prove accepts a connection in this process, which must be in a cgroup that Attach was called for, or below it. It
// compares the options of that connection with the wanted ones, and with Override tries to loosen them. A kernel may
// attach programs whose calls then fail, and programs of others may undo what ours do.
func Prove(options sockopt.Options) error {
	promises := promised(options)
	err := trial.Accept(proofTimeout, func(fd int) error {
		if broken := compare(promises, fd); broken != nil {
			return fmt.Errorf("an accepted connection has %w", broken)
		}
		if !options.Override {
			return nil
		}
		for _, p := range promises {
			if err := unix.SetsockoptInt(fd, p.level, p.name, p.loose); err != nil {
				return fmt.Errorf("set %s to %d: %w", p.text, p.loose, err)
			}
		}
		if broken := compare(promises, fd); broken != nil {
			return fmt.Errorf("a connection that its server changed has %w", broken)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("self-test on Linux %s: %w", release(), err)
	}
	return nil
}

// promise is what an option of an accepted connection must be, and a value that finds a dead peer later.
type promise struct {
	text                       string
	level, name, wanted, loose int
}

var texts = map[int32]string{
	unix.TCP_KEEPIDLE:     "TCP_KEEPIDLE",
	unix.TCP_KEEPINTVL:    "TCP_KEEPINTVL",
	unix.TCP_KEEPCNT:      "TCP_KEEPCNT",
	unix.TCP_USER_TIMEOUT: "TCP_USER_TIMEOUT",
}

func promised(options sockopt.Options) (promises []promise) {
	if options.Keepalive != nil {
		promises = append(promises, promise{"SO_KEEPALIVE", unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1, 0})
	}
	for _, o := range wantedOptions(options, Sysctls{}) {
		promises = append(promises, promise{texts[o.name], unix.SOL_TCP, int(o.name), int(o.wanted), int(o.most)})
	}
	return promises
}

// mostNamed bounds the text of an error, of which a report has room for 200 bytes.
const mostNamed = 2

// compare names the promises that do not hold.
func compare(promises []promise, fd int) error {
	var broken []string
	for _, p := range promises {
		is, err := unix.GetsockoptInt(fd, p.level, p.name)
		if err != nil {
			return fmt.Errorf("no readable %s: %w", p.text, err)
		}
		if is != p.wanted {
			broken = append(broken, fmt.Sprintf("%s %d, want %d", p.text, is, p.wanted))
		}
	}
	if len(broken) == 0 {
		return nil
	}
	if more := len(broken) - mostNamed; more > 0 {
		broken = append(broken[:mostNamed], fmt.Sprintf("and %d more", more))
	}
	return errors.New(strings.Join(broken, "; "))
}

// release is the version of the kernel.
func release() string {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return "of an unknown version"
	}
	return unix.ByteSliceToString(name.Release[:])
}

// NotBefore is an error if this is an older version of Linux.
func NotBefore(major, minor int) error {
	var m, n int
	if _, err := fmt.Sscanf(release(), "%d.%d", &m, &n); err != nil {
		return fmt.Errorf("the version of Linux %s is not understood: %w", release(), err)
	}
	if m < major || (m == major && n < minor) {
		return fmt.Errorf("the programs of the node's agent need Linux %d.%d or newer, and this is %s. Next: write via: Admission, where the tuner proves its programs in each pod", major, minor, release())
	}
	return nil
}
