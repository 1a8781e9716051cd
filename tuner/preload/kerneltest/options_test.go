package kerneltest

import (
	"fmt"
	"strconv"
	"testing"
)

// values are what a server sets on one of its sockets; a time of 0 switches keepalive off.
type values struct{ time, interval, count, userTimeout int }

func (v values) arguments() []string {
	return []string{strconv.Itoa(v.time), strconv.Itoa(v.interval), strconv.Itoa(v.count), strconv.Itoa(v.userTimeout)}
}

var (
	ours      = values{300, 10, 5, 60_000}
	oursAsked = []string{"--keepalive=300/10/5", "--user-timeout=60"}[:2:2]

	stricter = values{15, 1, 1, 5_000}
	looser   = values{600, 60, 20, 100_000}
	mixed    = values{15, 60, 20, 5_000}
	off      = values{0, 0, 0, 0}
)

func on(v values) options { return options{true, v.time, v.interval, v.count, v.userTimeout, true} }

// want is what a server sets, and what its accepted socket has then.
type want struct {
	name              string
	where             string
	own               values
	respect, override options
}

var wants = []want{
	{"nothing", "none", values{}, on(ours), on(ours)},
	{"stricter", "accepted", stricter, on(stricter), on(stricter)},
	{"looser", "accepted", looser, on(looser), on(ours)},
	{"mixed", "accepted", mixed, on(mixed), on(values{15, 10, 5, 5_000})},
	{"off", "accepted", off, options{false, 300, 10, 5, 0, true}, on(ours)},
	{"stricter", "listener", stricter, on(stricter), on(stricter)},
	{"looser", "listener", looser, on(looser), on(ours)},
	{"mixed", "listener", mixed, on(mixed), on(values{15, 10, 5, 5_000})},
	{"off", "listener", off, on(ours), on(ours)}, // cannot be distinguished from nothing
}

func TestOptionsOfAcceptedSockets(t *testing.T) {
	for _, l := range []language{glibc, musl, arm64, python, java} {
		for _, w := range wants {
			if w.where == "listener" && !l.setsListener {
				continue
			}
			t.Run(fmt.Sprintf("%s/respect/%s sets %s", l.name, w.where, w.name), func(t *testing.T) {
				l.test(t, w, w.respect, oursAsked...)
			})
			if w.where == "accepted" && l.noMark { // they cannot be distinguished from others
				continue
			}
			t.Run(fmt.Sprintf("%s/override/%s sets %s", l.name, w.where, w.name), func(t *testing.T) {
				l.test(t, w, w.override, append(oursAsked, "--override")...)
			})
		}
	}
}

func (l language) test(t *testing.T, w want, accepted options, flags ...string) {
	t.Parallel()
	l.requires(t)
	if !l.setsUserTimeout {
		accepted.userTimeout = ours.userTimeout
	}
	if l.noMark {
		accepted.marked = false
	}
	command := append(l.run(install(t, l.architecture, flags...)), "127.0.0.1", w.where)
	_, got, outgoing := start(t, "", append(command, w.own.arguments()...)...).tcp()
	if got != accepted {
		t.Errorf("accepted: %+v, want %+v", got, accepted)
	}
	if outgoing != untouched {
		t.Errorf("outgoing: %+v", outgoing)
	}
}

// Node sets an interval and a number of probes of its own with each idle time, and off it leaves as it is.
func TestNodeKeepsItsIdleTimeOrTheStricter(t *testing.T) {
	node.requires(t)
	for _, test := range []struct {
		where    string
		own      int
		override bool
		want     int
	}{
		{"none", 0, false, 300},
		{"none", 0, true, 300},
		{"accepted", 15, false, 15},
		{"accepted", 15, true, 15},
		{"accepted", 600, false, 600},
		{"accepted", 600, true, 300},
	} {
		t.Run(fmt.Sprintf("override=%v/%s sets %d", test.override, test.where, test.own), func(t *testing.T) {
			t.Parallel()
			library := install(t, node.architecture, append(oursAsked, "--override="+strconv.FormatBool(test.override))...)
			command := append(node.run(library), "127.0.0.1", test.where, strconv.Itoa(test.own))
			_, got, outgoing := start(t, "", command...).tcp()
			if !got.keepalive || got.time != test.want || got.userTimeout != ours.userTimeout || !got.marked {
				t.Errorf("accepted: %+v, want %d s", got, test.want)
			}
			if outgoing != untouched {
				t.Errorf("outgoing: %+v", outgoing)
			}
		})
	}
}

func TestEveryFamily(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1", "::", "0.0.0.0"} {
		server := start(t, "", append(glibc.run(install(t, glibc.architecture, oursAsked...)), address, "none")...)
		if _, accepted, _ := server.tcp(); accepted != on(ours) {
			t.Errorf("%s: %+v", address, accepted)
		}
	}
}

func TestOnlyWhatIsAskedIsSet(t *testing.T) {
	for flag, want := range map[string]options{
		"--keepalive=300/10/5": {true, 300, 10, 5, 0, true},
		"--user-timeout=60":    {false, 7200, 75, 9, 60_000, true},
	} {
		library := install(t, glibc.architecture, "--override", flag)
		_, accepted, _ := start(t, "", append(glibc.run(library), "127.0.0.1", "none")...).tcp()
		if accepted != want {
			t.Errorf("%s: %+v, want %+v", flag, accepted, want)
		}
	}
	// Of what is not asked, the server may set anything.
	library := install(t, glibc.architecture, "--override", "--user-timeout=60")
	command := append(glibc.run(library), "127.0.0.1", "accepted", "600", "60", "20", "5000")
	if _, accepted, _ := start(t, "", command...).tcp(); accepted != (options{true, 600, 60, 20, 5_000, true}) {
		t.Errorf("%+v", accepted)
	}
}

// The values of the namespace's sysctls are not set by the server. A value that the server sets counts even if it
// equals the kernel's default.
func TestSysctlsAreNoWishOfTheServer(t *testing.T) {
	const sysctls = "sysctl -qw net.ipv4.tcp_keepalive_time=30 net.ipv4.tcp_keepalive_intvl=60 net.ipv4.tcp_keepalive_probes=20; "
	command := append(glibc.run(install(t, glibc.architecture, oursAsked...)), "127.0.0.1")
	if _, accepted, _ := start(t, sysctls, append(command, "none")...).tcp(); accepted != on(ours) {
		t.Errorf("a server that sets nothing: %+v", accepted)
	}
	own := values{7200, 75, 9, 5_000}
	if _, accepted, _ := start(t, sysctls, append(append(command, "listener"), own.arguments()...)...).tcp(); accepted != on(own) {
		t.Errorf("a server that sets the kernel's defaults: %+v", accepted)
	}
}
