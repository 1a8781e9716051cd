package kerneltest

import (
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/rlimit"
)

// openFiles are the server's limits, as /proc shows them to everybody.
func (s *server) openFiles() rlimit.Limits {
	s.t.Helper()
	limits, err := rlimit.OfProcess(fmt.Sprintf("/proc/%d/limits", s.pid))
	if err != nil {
		s.t.Fatal(err)
	}
	return limits
}

// given is a script that sets the limits which a container runtime would give.
func given(limits rlimit.Limits) string {
	return fmt.Sprintf("ulimit -n %d; ulimit -Sn %d; ", limits.Hard, limits.Soft)
}

func TestOpenFilesOfTheServer(t *testing.T) {
	for _, l := range []language{glibc, musl, arm64, python, node, java} {
		for name, test := range map[string]struct {
			flags    string
			is, want rlimit.Limits
		}{
			"soft is too low":   {"--open-files-minimum=5000", rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 5000, Hard: 9000}},
			"soft is enough":    {"--open-files-minimum=5000", rlimit.Limits{Soft: 6000, Hard: 9000}, rlimit.Limits{Soft: 6000, Hard: 9000}},
			"hard is too low":   {"--open-files-minimum=5000", rlimit.Limits{Soft: 1024, Hard: 4000}, rlimit.Limits{Soft: 4000, Hard: 4000}},
			"both are alike":    {"--open-files-minimum=5000", rlimit.Limits{Soft: 9000, Hard: 9000}, rlimit.Limits{Soft: 9000, Hard: 9000}},
			"both are too high": {"--open-files-maximum=3000", rlimit.Limits{Soft: 4000, Hard: 9000}, rlimit.Limits{Soft: 3000, Hard: 3000}},
			"soft low, hard high": {"--open-files-minimum=2000 --open-files-maximum=3000", rlimit.Limits{Soft: 1024, Hard: 9000},
				rlimit.Limits{Soft: 2000, Hard: 3000}},
		} {
			t.Run(l.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				l.requires(t)
				library := install(t, l.architecture, append(strings.Fields(test.flags), "--open-files-by=preload")...)
				server := start(t, given(test.is), append(l.run(library), "127.0.0.1", "none")...)
				want := test.want
				if l.raisesItself {
					want.Soft = want.Hard
				}
				if got := server.openFiles(); got != want {
					t.Errorf("%+v became %+v, want %+v", test.is, got, want)
				}
			})
		}
	}
}

func TestLimitsAndOptionsDoNotMix(t *testing.T) {
	const openFiles = "--open-files-by=preload --open-files-minimum=5000"
	is, raised := rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 5000, Hard: 9000}
	for name, test := range map[string]struct {
		flags     []string
		openFiles rlimit.Limits
		accepted  options
	}{
		"options alone": {oursAsked, is, on(ours)},
		"limits alone":  {strings.Fields(openFiles), raised, untouched},
		"both":          {append(strings.Fields(openFiles), oursAsked...), raised, on(ours)},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, given(is), append(glibc.run(install(t, glibc.architecture, test.flags...)), "127.0.0.1", "none")...)
			if _, accepted, _ := server.tcp(); accepted != test.accepted || server.openFiles() != test.openFiles {
				t.Errorf("accepted %+v, limits %+v", accepted, server.openFiles())
			}
		})
	}
}

func TestApplyCanLeaveTheLibraryForOpenFiles(t *testing.T) {
	folder := t.TempDir()
	command := exec.Command(in("tuner"), "apply", "--plan=0123456789ab", "--on-error=hold", "--to="+folder,
		"--library="+in(runtime.GOARCH+".so"), "--open-files-by=preload", "--open-files-minimum=5000")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	server := start(t, given(rlimit.Limits{Soft: 1024, Hard: 9000}), append(glibc.run(folder+"/libwstuning.so"), "127.0.0.1", "none")...)
	if _, accepted, _ := server.tcp(); accepted != untouched || server.openFiles().Soft != 5000 {
		t.Errorf("accepted %+v, limits %+v", accepted, server.openFiles())
	}
}

// Libraries that size something by the limit do so when they are initialised.
func TestOtherLibrariesSeeTheLimit(t *testing.T) {
	for _, l := range []language{glibc, musl} {
		t.Run(l.name, func(t *testing.T) {
			for library, want := range map[string]string{
				"": "1024",
				install(t, l.architecture, "--open-files-by=preload", "--open-files-minimum=5000"): "5000",
			} {
				command := native("early-" + l.name)(library)
				script := given(rlimit.Limits{Soft: 1024, Hard: 9000}) + `exec "$@"`
				output, err := exec.Command("sh", append([]string{"-c", script, "sh"}, command...)...).CombinedOutput()
				if err != nil || strings.TrimSpace(string(output)) != want {
					t.Errorf("with %q: %v, %s, want %s", library, err, output, want)
				}
			}
		})
	}
}
