package kerneltest

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/rlimit"
)

// givenLimits runs the command with the limits that a container runtime would give.
func givenLimits(limits rlimit.Limits, command ...string) *exec.Cmd {
	script := fmt.Sprintf(`ulimit -n %d; ulimit -Sn %d; exec "$@"`, limits.Hard, limits.Soft)
	return exec.Command("sh", append([]string{"-c", script, "sh"}, command...)...)
}

func launching(flags string, command ...string) []string {
	return append(append([]string{tuner, "launch"}, strings.Fields(flags)...), append([]string{"--"}, command...)...)
}

// staticProgram is written in C, so that nothing but the launcher changes its limits.
func staticProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(filepath.Dir(tuner), "static")
	output, err := exec.Command("gcc", "-Wall", "-Wextra", "-Werror", "-static", "-o", program, "testdata/static.c").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			t.Fatal("the program is linked dynamically")
		}
	}
	return program
}

var launchCases = map[string]struct {
	flags    string
	is, want rlimit.Limits
}{
	"nothing is wanted":     {"", rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 1024, Hard: 9000}},
	"soft is too low":       {"--minimum=5000", rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 5000, Hard: 9000}},
	"soft is enough":        {"--minimum=5000", rlimit.Limits{Soft: 6000, Hard: 9000}, rlimit.Limits{Soft: 6000, Hard: 9000}},
	"soft is one below":     {"--minimum=5000", rlimit.Limits{Soft: 8999, Hard: 9000}, rlimit.Limits{Soft: 8999, Hard: 9000}},
	"both are alike":        {"--minimum=5000", rlimit.Limits{Soft: 9000, Hard: 9000}, rlimit.Limits{Soft: 9000, Hard: 9000}},
	"minimum is hard":       {"--minimum=9000", rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 9000, Hard: 9000}},
	"both are too high":     {"--maximum=3000", rlimit.Limits{Soft: 4000, Hard: 9000}, rlimit.Limits{Soft: 3000, Hard: 3000}},
	"hard is too high":      {"--maximum=3000", rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 1024, Hard: 3000}},
	"both are low enough":   {"--maximum=9000", rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 1024, Hard: 9000}},
	"soft low, hard high":   {"--minimum=2000 --maximum=3000", rlimit.Limits{Soft: 1024, Hard: 9000}, rlimit.Limits{Soft: 2000, Hard: 3000}},
	"hard below the bounds": {"--minimum=5000 --maximum=6000", rlimit.Limits{Soft: 1024, Hard: 5000}, rlimit.Limits{Soft: 5000, Hard: 5000}},
}

func TestLaunchFitsTheLimits(t *testing.T) {
	servers := map[string][]string{
		"static":  {staticProgram(t)},
		"python3": {"python3", "-c", "import signal; print('ready', flush=True); signal.pause()"},
	}
	for language, server := range servers {
		for name, test := range launchCases {
			t.Run(language+"/"+name, func(t *testing.T) {
				if _, err := exec.LookPath(server[0]); err != nil {
					t.Skip("this machine has no " + server[0])
				}
				command := givenLimits(test.is, launching(test.flags, server...)...)
				start(t, command)
				soft, hard := openFiles(t, strconv.Itoa(command.Process.Pid))
				if soft != test.want.Soft || hard != test.want.Hard {
					t.Errorf("%+v became %d:%d, want %+v", test.is, soft, hard, test.want)
				}
			})
		}
	}
}

// Whether the hard limit can be raised is another matter: see TestLaunchRaisesTheHardLimit.
func TestTheServerStartsAlsoWhereTheLimitIsOutOfReach(t *testing.T) {
	noCapability := []string{"setpriv", "--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource"}
	command := append(noCapability, launching("--minimum=5000", "sh", "-c", "ulimit -Sn; ulimit -Hn")...)
	r := run(t, givenLimits(rlimit.Limits{Soft: 1024, Hard: 4000}, command...))
	if r.code != 0 || r.output != "4000\n4000" {
		t.Errorf("exit %d, output %q", r.code, r.output)
	}
	want := "tuner: the hard limit of open files is 4000, raising it to 5000: operation not permitted; sh starts anyway"
	if r.errors != want {
		t.Errorf("errors %q, want %q", r.errors, want)
	}
}

func TestLaunchKeepsAllElse(t *testing.T) {
	const look = `ls /proc/$$/fd; cat /proc/$$/oom_score_adj; nice; umask; pwd; env | sort; for argument; do echo "<$argument>"; done
exec grep -E '^(Sig[BIC]|Cap|NoNewPrivs|Uid|Gid|Groups|Threads|PPid)' /proc/self/status`
	server := []string{"sh", "-c", look, "sh", "--minimum=1", "two words", "", "--", "é"}
	run := func(command []string) string {
		as := []string{"env", "--ignore-signal=HUP", "nice", "-n", "5", "setpriv", "--reuid", "1000", "--regid", "1000", "--groups", "7,8", "--no-new-privs"}
		cmd := exec.Command(as[0], append(as[1:], command...)...)
		cmd.Dir, cmd.Env = "/var", []string{"PATH=" + os.Getenv("PATH"), "WITH=blanks and\nlines", "EMPTY="}
		return read(t, cmd)
	}
	directly, launched := run(server), run(launching("--minimum=1024", server...))
	if launched != directly || !strings.Contains(directly, "<two words>\n<>\n<-->\n<é>") {
		t.Errorf("launched\n%s\n\ndirectly\n%s", launched, directly)
	}
}

func TestTheReportsOfTheTunerAreRightUnderItsLauncher(t *testing.T) {
	for _, minimum := range []string{"2000", "5000", "9000"} {
		soft, _ := strconv.ParseUint(minimum, 10, 64)
		command := launching("--minimum="+minimum, tuner, "apply", "--plan=0123456789ab")
		boot, r := runApply(t, givenLimits(rlimit.Limits{Soft: 1024, Hard: 9000}, command...))
		if want := (rlimit.Limits{Soft: soft, Hard: 9000}); r.code != 0 || boot.Nofile != want {
			t.Errorf("exit %d, nofile %+v, want %+v (%s)", r.code, boot.Nofile, want, r.errors)
		}
	}
}

// Such programs load no library.
func TestSetUserIDProgramsHaveTheLimit(t *testing.T) {
	program := filepath.Join(filepath.Dir(tuner), "set-uid")
	if err := os.Rename(staticProgram(t), program); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(program, 1001, 1001); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(program, 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	as := []string{"setpriv", "--reuid", serverUser, "--regid", serverUser, "--clear-groups"}
	command := givenLimits(rlimit.Limits{Soft: 1024, Hard: 9000}, append(as, launching("--minimum=5000", program)...)...)
	start(t, command)
	if soft, hard := openFiles(t, strconv.Itoa(command.Process.Pid)); soft != 5000 || hard != 9000 {
		t.Errorf("%d:%d", soft, hard)
	}
}
