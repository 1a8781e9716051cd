// Package bpf makes the two eBPF programs that give socket options to the connections which the servers of a cgroup
// accept, attaches them to that cgroup, and proves that they work. docs/programs.md has what each version of Linux allows.
package bpf

import (
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/sockopt"
)

// Sysctls are tcp_keepalive_time, _intvl and _probes of the network namespace: what getsockopt(2) shows of a socket on
// which these options were never set.
type Sysctls struct{ Time, Interval, Probes int32 }

// option is one wanted option of level SOL_TCP.
type option struct {
	name   int32
	wanted int32
	// unset is what getsockopt shows until the option is set.
	unset int32
	// least and most are the kernel's bounds.
	least, most int32
}

func wantedOptions(options sockopt.Options, sysctls Sysctls) []option {
	var wanted []option
	if k := options.Keepalive; k != nil {
		wanted = append(wanted,
			option{unix.TCP_KEEPIDLE, int32(k.TimeSeconds), sysctls.Time, 1, 32767},
			option{unix.TCP_KEEPINTVL, int32(k.IntervalSeconds), sysctls.Interval, 1, 32767},
			option{unix.TCP_KEEPCNT, int32(k.Probes), sysctls.Probes, 1, 127})
	}
	if seconds := options.UserTimeoutSeconds; seconds > 0 {
		wanted = append(wanted, option{unix.TCP_USER_TIMEOUT, int32(seconds) * 1000, 0, 0, 1<<31 - 1})
	}
	return wanted
}
