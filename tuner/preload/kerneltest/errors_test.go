package kerneltest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// errors runs testdata/errors.c in the way of the language's servers.
func (l language) errors(t *testing.T, library string) string {
	t.Helper()
	command := l.run(library)
	command[len(command)-1] = in("errors-" + l.name)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	return string(output)
}

func TestResultsAndErrnoAreThoseOfTheKernel(t *testing.T) {
	for _, l := range []language{glibc, musl, arm64} {
		t.Run(l.name, func(t *testing.T) {
			without := l.errors(t, "")
			for _, failure := range []string{"listen(second, 5): -1, errno 98", "listen(closed, 5): -1, errno 9", "listen(first, 5): 0, errno 0", "wild, sizeof large): -1, errno 14", "half, sizeof large): -1, errno 14"} {
				if !strings.Contains(without, failure) {
					t.Fatalf("not %q:\n%s", failure, without)
				}
			}
			respect := l.errors(t, install(t, l.architecture, oursAsked...))
			override := l.errors(t, install(t, l.architecture, append(oursAsked, "--override")...))
			timeoutAlone := l.errors(t, install(t, l.architecture, "--user-timeout=60", "--override"))
			overridden := strings.Replace(without, "keepalive 0, idle 600", "keepalive 1, idle 300", 1)
			if l.noMark {
				without, respect, override, overridden = calls(without), calls(respect), calls(override), calls(overridden)
				timeoutAlone = calls(timeoutAlone)
			}
			if respect != without || timeoutAlone != without {
				t.Errorf("without the library\n%s\nwith it\n%s\nwith --user-timeout alone\n%s", without, respect, timeoutAlone)
			}
			if override != overridden {
				t.Errorf("with --override\n%s\nwant\n%s", override, overridden)
			}
		})
	}
}

// calls leaves out the values of options.
func calls(output string) string {
	kept, _, _ := strings.Cut(output, "\nkeepalive ")
	return kept
}
