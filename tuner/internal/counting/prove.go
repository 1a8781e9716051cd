package counting

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/trial"
)

const proofTimeout = 2 * time.Second

// Values of the connection that prove reads, each unlike the kernel's own.
const (
	trialTime     = 1000
	trialInterval = 77
	trialProbes   = 6
	trialTimeout  = 123456
)

// prove reads the options of two connections of this process: of one on which all are set, and of one on which none is. It
// learns how many ticks a second has.
func (l *lister) prove() error {
	set, err := l.try(func(fd int) error {
		for _, option := range [][3]int{
			{unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1}, {unix.SOL_TCP, unix.TCP_KEEPIDLE, trialTime}, {unix.SOL_TCP, unix.TCP_KEEPINTVL, trialInterval},
			{unix.SOL_TCP, unix.TCP_KEEPCNT, trialProbes}, {unix.SOL_TCP, unix.TCP_USER_TIMEOUT, trialTimeout},
		} {
			if err := unix.SetsockoptInt(fd, option[0], option[1], option[2]); err != nil {
				return os.NewSyscallError("setsockopt", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.ticks = set.Time / trialTime
	if want := (group{set.Port, 1, trialTime * l.ticks, trialInterval * l.ticks, trialProbes, trialTimeout}); l.ticks == 0 || set != want {
		return fmt.Errorf("a connection is read as %+v, which must be %+v", set, want)
	}
	unset, err := l.try(func(int) error { return nil })
	if err != nil {
		return err
	}
	want := group{Port: unset.Port}
	for key, value := range map[string]*uint32{"time": &want.Time, "intvl": &want.Interval, "probes": &want.Probes} {
		text, err := os.ReadFile("/proc/sys/net/ipv4/tcp_keepalive_" + key)
		if err != nil {
			return err
		}
		number, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32)
		if err != nil {
			return err
		}
		*value = uint32(number)
	}
	want.Time, want.Interval = want.Time*l.ticks, want.Interval*l.ticks
	if unset != want {
		return fmt.Errorf("an untouched connection is read as %+v, which must be %+v", unset, want)
	}
	return nil
}

// try reads what is listed of one accepted connection.
func (l *lister) try(prepare func(fd int) error) (seen group, err error) {
	listed, err := newListed()
	if err != nil {
		return seen, err
	}
	defer listed.Close()
	err = trial.Accept(proofTimeout, func(fd int) error {
		if err := prepare(fd); err != nil {
			return err
		}
		if err := listed.Put(uint32(fd), uint32(0)); err != nil {
			return fmt.Errorf("list a connection: %w", err)
		}
		groups, number, err := l.read(listed)
		if err != nil {
			return err
		}
		if number != 1 || len(groups) != 1 {
			return fmt.Errorf("one connection is read as %d in %d groups", number, len(groups))
		}
		for seen = range groups {
		}
		return nil
	})
	return seen, err
}
