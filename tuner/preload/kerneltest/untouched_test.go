package kerneltest

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// untouched is what a socket has in a new network namespace.
var untouched = options{false, 7200, 75, 9, 0, false}

func TestWithoutTheLibraryNothingIsSet(t *testing.T) {
	for name, library := range map[string]string{"no library": "", "no settings": in(glibc.architecture + ".so")} {
		listener, accepted, _ := start(t, "", append(glibc.run(library), "127.0.0.1", "none")...).tcp()
		if listener != untouched || accepted != untouched {
			t.Errorf("%s: listener %+v, accepted %+v", name, listener, accepted)
		}
	}
}

func TestOutgoingConnectionsKeepWhatTheServerSets(t *testing.T) {
	for _, l := range []language{glibc, musl, python} {
		l.requires(t)
		command := append(l.run(install(t, l.architecture, append(oursAsked, "--override")...)), "127.0.0.1", "outgoing")
		_, accepted, outgoing := start(t, "", append(command, looser.arguments()...)...).tcp()
		if want := (options{true, 600, 60, 20, 100_000, false}); outgoing != want || accepted != on(ours) {
			t.Errorf("%s: outgoing %+v, accepted %+v", l.name, outgoing, accepted)
		}
	}
}

func TestOtherListenersAreLeftAlone(t *testing.T) {
	library := install(t, glibc.architecture, append(oursAsked, "--override")...)
	listeners := 0
	for _, socket := range start(t, "", native("others")(library)...).sockets() {
		listeners++
		family := socket.option(unix.SOL_SOCKET, unix.SO_DOMAIN)
		if !socket.listens() || socket.option(unix.SOL_SOCKET, unix.SO_KEEPALIVE) != 0 {
			t.Errorf("family %d: listens %v, keepalive %d", family, socket.listens(), socket.option(unix.SOL_SOCKET, unix.SO_KEEPALIVE))
		}
	}
	if listeners < 2 {
		t.Errorf("%d listeners", listeners)
	}
}

// The loader drops LD_PRELOAD where a program has more rights than who starts it.
func TestSetUserIDProgramsIgnoreIt(t *testing.T) {
	const owner, caller = 1001, "1000"
	var volume unix.Statfs_t
	if err := unix.Statfs(built, &volume); err != nil {
		t.Fatal(err)
	}
	if volume.Flags&unix.ST_NOSUID != 0 {
		t.Skipf("%s is mounted nosuid: set TMPDIR to another folder", built)
	}
	content, err := os.ReadFile(in("glibc"))
	if err != nil {
		t.Fatal(err)
	}
	library := install(t, glibc.architecture, oursAsked...)
	for _, test := range []struct {
		mode os.FileMode
		want options
	}{
		{0o755, on(ours)},
		{0o755 | os.ModeSetuid, untouched},
	} {
		program := "set-uid " + test.mode.String()
		if err := os.WriteFile(in(program), content, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(in(program), owner, owner); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(in(program), test.mode); err != nil {
			t.Fatal(err)
		}
		as := []string{"setpriv", "--reuid", caller, "--regid", caller, "--clear-groups"}
		command := append(append(as, native(program)(library)...), "127.0.0.1", "none")
		if _, accepted, _ := start(t, "", command...).tcp(); accepted != test.want {
			t.Errorf("mode %s: %+v, want %+v", test.mode, accepted, test.want)
		}
	}
}

func TestStaticServersStartAndAreNotTouched(t *testing.T) {
	library := install(t, glibc.architecture, append(oursAsked, "--override")...)
	for _, socket := range start(t, "", append(native("go")(library), "listen", "--mptcp=false", "127.0.0.1:8080")...).sockets() {
		if got := socket.options(); !socket.isTCP() || got != untouched {
			t.Errorf("%+v", got)
		}
	}
}

// "tuner preload" may have failed, and the pod may have started anyway.
func TestAMissingLibraryIsNoObstacle(t *testing.T) {
	for _, program := range []string{"glibc", "musl"} {
		command := native("errors-" + program)("/missing/libwstuning.so")
		if output, err := exec.Command(command[0], command[1:]...).Output(); err != nil || !strings.Contains(string(output), "listen") {
			t.Errorf("%s: %v\n%s", program, err, output)
		}
	}
}

// docs/preload.md names the one kind of program that does not start with the library. Nothing but its own option helps.
func TestProgramsWithAddressSanitizer(t *testing.T) {
	const wrongUsage = 2 // of a server without arguments, which has started
	library := install(t, glibc.architecture, oursAsked...)
	for name, test := range map[string]struct {
		environment []string
		code        int
		message     string
	}{
		"without the library": {nil, wrongUsage, "wrong usage"},
		"with it":             {[]string{"LD_PRELOAD=" + library}, 1, "ASan runtime does not come first"},
		"with its option":     {[]string{"LD_PRELOAD=" + library, "ASAN_OPTIONS=verify_asan_link_order=0"}, wrongUsage, "wrong usage"},
	} {
		command := exec.Command(in("sanitized"))
		command.Env = test.environment
		output, _ := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); code != test.code || !strings.Contains(string(output), test.message) {
			t.Errorf("%s: exit %d, want %d\n%s", name, code, test.code, output)
		}
	}
}
