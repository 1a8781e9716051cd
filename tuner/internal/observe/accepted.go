package observe

import (
	"fmt"

	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/trial"
)

// accepted looks at a connection that the observer accepted itself, without setting anything on it. The observer's
// container is in the pod's cgroup, so the connection has what the pod gives to every server. It is nil when that failed.
func (o *Observer) accepted() *report.Accepted {
	accepted, err := acceptOne()
	if err != nil {
		o.problems.add(fmt.Errorf("a connection of the observer's own: %w", err))
	}
	return accepted
}

func acceptOne() (accepted *report.Accepted, err error) {
	err = trial.Accept(probeTimeout, func(fd int) (err error) {
		accepted, err = readOptions(fd)
		return err
	})
	return accepted, err
}

func readOptions(fd int) (*report.Accepted, error) {
	keepalive, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE)
	if err != nil {
		return nil, fmt.Errorf("read SO_KEEPALIVE: %w", err)
	}
	accepted := &report.Accepted{Keepalive: keepalive != 0}
	for name, value := range map[int]*uint32{
		unix.TCP_KEEPIDLE:     &accepted.Time,
		unix.TCP_KEEPINTVL:    &accepted.Interval,
		unix.TCP_KEEPCNT:      &accepted.Probes,
		unix.TCP_USER_TIMEOUT: &accepted.UserTimeout,
	} {
		read, err := unix.GetsockoptInt(fd, unix.SOL_TCP, name)
		if err != nil {
			return nil, fmt.Errorf("read option %d of TCP: %w", name, err)
		}
		*value = uint32(read)
	}
	accepted.Override = refuses(fd, unix.TCP_KEEPIDLE, accepted.Time+1) ||
		accepted.UserTimeout > 0 && refuses(fd, unix.TCP_USER_TIMEOUT, accepted.UserTimeout+1000)
	if !accepted.Keepalive {
		accepted.Time, accepted.Interval, accepted.Probes = 0, 0, 0
	}
	return accepted, nil
}

// refuses reports whether the value is swallowed on its way: the call succeeds, and the value is not there.
func refuses(fd, option int, looser uint32) bool {
	if err := unix.SetsockoptInt(fd, unix.SOL_TCP, option, int(looser)); err != nil {
		return false
	}
	read, err := unix.GetsockoptInt(fd, unix.SOL_TCP, option)
	return err == nil && uint32(read) != looser
}
