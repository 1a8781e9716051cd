// Package sockopt has the socket options that the tuner sets on connections that a server accepts, and the flags for
// them. The bounds are those of the kernel's do_tcp_setsockopt in net/ipv4/tcp.c, or narrower.
package sockopt

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
)

// Keepalive is when probes are sent on a silent connection: TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT.
type Keepalive struct {
	TimeSeconds     int
	IntervalSeconds int
	Probes          int
}

// Options are the wanted options. The zero value wants none.
type Options struct {
	// Keepalive is nil where keepalive is left to the server.
	Keepalive *Keepalive
	// UserTimeoutSeconds is TCP_USER_TIMEOUT; 0 leaves it to the server.
	UserTimeoutSeconds int
	// Override keeps the stricter of each wanted option and what the server sets itself. Without it the server's wins.
	Override bool
}

// Wanted reports whether there is an option to set at all.
func (o Options) Wanted() bool { return o.Keepalive != nil || o.UserTimeoutSeconds > 0 }

const (
	maxTime        = 32767
	maxInterval    = 32767
	maxProbes      = 127
	maxUserTimeout = 86400
)

// Flags are the texts of the flags for the options.
type Flags struct {
	keepalive, userTimeout string
	override               bool
}

// AddFlags defines the flags.
func AddFlags(set *flag.FlagSet) *Flags {
	flags := &Flags{}
	set.StringVar(&flags.keepalive, "keepalive", "", "keepalive of accepted connections, `TIME/INTERVAL/PROBES` in seconds, such as 300/10/5")
	set.StringVar(&flags.userTimeout, "user-timeout", "", "TCP_USER_TIMEOUT of accepted connections, in `SECONDS`")
	set.BoolVar(&flags.override, "override", false, "what the server sets itself counts only where it is stricter")
	return flags
}

// Parse checks the flags once they are read.
func (f *Flags) Parse() (Options, error) { return Parse(f.keepalive, f.userTimeout, f.override) }

// Parse checks the options as they are written on a command line; an empty text wants nothing. Its errors say what to
// write instead.
func Parse(keepalive, userTimeout string, override bool) (Options, error) {
	options := Options{Override: override}
	if keepalive != "" {
		parsed, err := parseKeepalive(keepalive)
		if err != nil {
			return Options{}, err
		}
		options.Keepalive = &parsed
	}
	if userTimeout != "" {
		seconds, ok := parseNumber(userTimeout, maxUserTimeout)
		if !ok {
			return Options{}, fmt.Errorf("--user-timeout cannot be %q: give whole seconds from 1 to %d, such as 60", userTimeout, maxUserTimeout)
		}
		options.UserTimeoutSeconds = seconds
	}
	if override && !options.Wanted() {
		return Options{}, errors.New("--override alone has no effect: add --keepalive=300/10/5 or --user-timeout=60, or leave it out")
	}
	return options, nil
}

func parseKeepalive(text string) (Keepalive, error) {
	fields := strings.Split(text, "/")
	if len(fields) == 3 {
		time, timeOK := parseNumber(fields[0], maxTime)
		interval, intervalOK := parseNumber(fields[1], maxInterval)
		probes, probesOK := parseNumber(fields[2], maxProbes)
		if timeOK && intervalOK && probesOK {
			return Keepalive{time, interval, probes}, nil
		}
	}
	return Keepalive{}, fmt.Errorf("--keepalive cannot be %q: give TIME/INTERVAL/PROBES, whole numbers from 1 to %d, %d and %d, such as 300/10/5",
		text, maxTime, maxInterval, maxProbes)
}

// parseNumber takes digits alone, from 1 to most: no signs, blanks or leading zeros.
func parseNumber(text string, most int) (int, bool) {
	number, err := strconv.Atoi(text)
	return number, err == nil && number >= 1 && number <= most && strconv.Itoa(number) == text
}
