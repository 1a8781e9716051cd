package kerneltest

import (
	"os/exec"
	"runtime"
	"testing"
)

// language is what testdata's server is written in, or the C library that it is linked with.
type language struct {
	name string
	// run is the command line of the server with LD_PRELOAD, without the server's arguments.
	run          func(library string) []string
	architecture string
	// The server can set options of its listening socket, and the user timeout.
	setsListener, setsUserTimeout bool
	// noMark is for the emulator, which does not know the option that marks a tuned socket.
	noMark bool
	// raisesItself is for runtimes that raise the soft limit of open files to the hard one when they start.
	raisesItself bool
}

var (
	glibc = language{name: "glibc", run: native("glibc"), architecture: runtime.GOARCH, setsListener: true, setsUserTimeout: true}
	musl  = language{name: "musl", run: native("musl"), architecture: runtime.GOARCH, setsListener: true, setsUserTimeout: true}
	arm64 = language{name: "arm64", run: emulated("arm64"), architecture: "arm64", setsListener: true, setsUserTimeout: true, noMark: true}

	python = language{name: "python3", run: interpreted("python3", "testdata/server.py"), architecture: runtime.GOARCH, setsListener: true, setsUserTimeout: true}
	node   = language{name: "node", run: interpreted("node", "testdata/server.js"), architecture: runtime.GOARCH, raisesItself: true}
	java   = language{name: "java", run: onJVM, architecture: runtime.GOARCH, raisesItself: true}
)

func native(program string) func(string) []string {
	return func(library string) []string { return []string{"env", "LD_PRELOAD=" + library, in(program)} }
}

func interpreted(command ...string) func(string) []string {
	return func(library string) []string { return append([]string{"env", "LD_PRELOAD=" + library}, command...) }
}

// onJVM names the folder of classes when it is known.
func onJVM(library string) []string {
	return interpreted("java", "-XX:TieredStopAtLevel=1", "-cp", built, "Server")(library)
}

// emulated gives the library to the program, not to the emulator.
func emulated(program string) func(string) []string {
	return func(library string) []string {
		return []string{"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", "-E", "LD_PRELOAD=" + library, in(program)}
	}
}

// requires skips the test where the interpreter is not installed.
func (l language) requires(t *testing.T) {
	t.Helper()
	if command := l.run(""); command[0] == "env" {
		if _, err := exec.LookPath(command[2]); err != nil {
			t.Skipf("this machine has no %s", l.name)
		}
	}
}
