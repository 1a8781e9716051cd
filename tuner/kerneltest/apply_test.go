package kerneltest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/sysctl"
)

func apply(t *testing.T, prefix []string, arguments ...string) (report.Boot, result) {
	t.Helper()
	return runApply(t, applyCommand(prefix, arguments...))
}

func applyCommand(prefix []string, arguments ...string) *exec.Cmd {
	command := append(prefix, append([]string{tuner, "apply", "--plan=0123456789ab"}, arguments...)...)
	return exec.Command(command[0], command[1:]...)
}

func runApply(t *testing.T, command *exec.Cmd) (report.Boot, result) {
	t.Helper()
	r := run(t, command)
	var boot report.Boot
	if r.output != "" {
		if err := json.Unmarshal([]byte(r.output), &boot); err != nil {
			t.Fatalf("%v in report %s", err, r.output)
		}
	}
	return boot, r
}

func (p *pod) prefix(more ...string) []string {
	return append([]string{"nsenter", "--target", p.pid, "--net", "--"}, more...)
}

func TestApplySetsEveryKeyInThePodAlone(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	outside := map[string]string{}
	var arguments []string
	for _, key := range sysctl.Keys() {
		outside[key.Name] = readHost(t, key.Name)
		arguments = append(arguments, key.Name+"="+different(t, pod, key))
	}
	boot, r := apply(t, pod.prefix(), arguments...)
	if r.code != 0 || len(boot.Errors) > 0 || len(boot.Values) != len(arguments) {
		t.Fatalf("exit %d, report %s, errors %s", r.code, r.output, r.errors)
	}
	for i, argument := range arguments {
		name, value, _ := strings.Cut(argument, "=")
		if boot.Values[i] == nil || *boot.Values[i] != value {
			t.Errorf("%s: reported %v, want %s", name, boot.Values[i], value)
		}
		if got := pod.sysctl(name); got != value {
			t.Errorf("%s is %s in the pod, want %s", name, got, value)
		}
		if got := readHost(t, name); got != outside[name] {
			t.Errorf("%s changed outside of the pod from %s to %s", name, outside[name], got)
		}
	}
}

// The kernel takes the least and the greatest value of every key, so that what is refused here would be refused by a kernel, too, or
// break a server.
func TestTheKernelTakesTheBoundsOfEveryKey(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	for _, bound := range []func(sysctl.Key) uint64{
		func(key sysctl.Key) uint64 { return key.Min },
		func(key sysctl.Key) uint64 { return key.Max },
	} {
		var arguments []string
		for _, key := range sysctl.Keys() {
			value := strings.TrimSpace(strings.Repeat(strconv.FormatUint(bound(key), 10)+" ", key.Fields))
			arguments = append(arguments, key.Name+"="+value)
		}
		boot, r := apply(t, pod.prefix(), arguments...)
		if r.code != 0 || len(boot.Errors) > 0 {
			t.Errorf("exit %d, errors %v %s", r.code, boot.Errors, r.errors)
		}
	}
}

// different is a value that the key does not have yet.
func different(t *testing.T, pod *pod, key sysctl.Key) string {
	t.Helper()
	value := key.Example
	if value != pod.sysctl(key.Name) {
		return value
	}
	switch key.Fields {
	case 2:
		return "2000 60000"
	case 3:
		return "4096 8192 4194304"
	}
	if value == "1" {
		return "0"
	}
	return "1"
}

func readHost(t *testing.T, key string) string {
	t.Helper()
	return strings.Join(strings.Fields(read(t, exec.Command("cat", "/proc/sys/"+strings.ReplaceAll(key, ".", "/")))), " ")
}

func TestApplyChecksEverythingBeforeTheFirstWrite(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	before := pod.sysctl("net.ipv4.tcp_keepalive_time")
	for _, bad := range []string{
		"net.ipv4.tcp_keepalive_probes=128", "kernel.core_pattern=x", "net.ipv4.tcp_keepalive_intvl=1\nx", "net.ipv4.tcp_keepalive_time=301",
	} {
		_, r := apply(t, pod.prefix(), "net.ipv4.tcp_keepalive_time=300", bad)
		if r.code != 2 || r.output != "" || r.errors == "" {
			t.Errorf("%q: exit %d, output %q, errors %q", bad, r.code, r.output, r.errors)
		}
		if got := pod.sysctl("net.ipv4.tcp_keepalive_time"); got != before {
			t.Errorf("%q: the other key was written: %s", bad, got)
		}
	}
}

func TestAFailureToWriteStartsOrHoldsThePod(t *testing.T) {
	pod := startPod(t, "exec $as "+peer+" sleep")
	before := pod.sysctl("net.ipv4.tcp_keepalive_time")
	nobody := pod.prefix("setpriv", "--reuid", "65532", "--clear-groups")
	for onError, code := range map[string]int{"start": 0, "hold": 1} {
		boot, r := apply(t, nobody, "--on-error="+onError, "net.ipv4.tcp_keepalive_time=300")
		if r.code != code {
			t.Errorf("--on-error=%s: exit %d, want %d", onError, r.code, code)
		}
		want := report.SettingError{At: 0, Message: "write net.ipv4.tcp_keepalive_time: permission denied"}
		if len(boot.Errors) != 1 || boot.Errors[0] != want {
			t.Errorf("--on-error=%s: errors %v, want %v", onError, boot.Errors, want)
		}
		if len(boot.Values) != 1 || boot.Values[0] == nil || *boot.Values[0] != before {
			t.Errorf("--on-error=%s: report %s, the key is %s", onError, r.output, before)
		}
	}
}

// withDev runs a program with this folder as its /dev.
func withDev(folder string) []string {
	return []string{"unshare", "--mount", "sh", "-c", `mount --make-rprivate / && mount --bind "$0" /dev && exec "$@"`, folder}
}

func TestTheReportIsAlsoLeftInTheFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, filepath.Base(report.TerminationLog))
	if err := os.WriteFile(file, []byte("older and longer "+strings.Repeat("x", 2*report.MaxBytes)), 0o644); err != nil {
		t.Fatal(err)
	}
	_, r := apply(t, withDev(folder))
	content, err := os.ReadFile(file)
	if err != nil || string(content) != r.output || r.code != 0 {
		t.Errorf("the file holds %q (%v), stdout %q", content, err, r.output)
	}
}

func TestAReportThatCannotBeWrittenDoesNotStopThePod(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, filepath.Base(report.TerminationLog)), 0o755); err != nil {
		t.Fatal(err)
	}
	for onError, code := range map[string]int{"start": 0, "hold": 1} {
		if _, r := apply(t, withDev(folder), "--on-error="+onError); r.code != code || r.errors == "" {
			t.Errorf("--on-error=%s: exit %d, errors %q", onError, r.code, r.errors)
		}
	}
}

// A program that writes where an argument says could overwrite all files that its user may write.
func TestNoArgumentNamesAFileForTheReport(t *testing.T) {
	for _, arguments := range [][]string{
		{"apply", "--plan=0123456789ab"}, {"preload", "--plan=0123456789ab", "--keepalive=300/10/5", "--to=/missing"}, {"observe", "--start=x"},
	} {
		file := filepath.Join(t.TempDir(), "report")
		r := run(t, exec.Command(tuner, append(arguments, "--report="+file)...))
		if _, err := os.Stat(file); r.code != 2 || r.output != "" || err == nil {
			t.Errorf("%q: exit %d, output %q, the file: %v", arguments, r.code, r.output, err)
		}
	}
}

func TestApplyReportsTheLimitThatItInherited(t *testing.T) {
	for name, test := range map[string]struct {
		prefix []string
		soft   uint64
	}{
		"lowered by a shell":  {[]string{"sh", "-c", `ulimit -Sn 1000; ulimit -Hn 2000; exec "$@"`, "sh"}, 1000},
		"lowered by prlimit":  {[]string{"prlimit", "--nofile=1000:2000"}, 1000},
		"soft and hard alike": {[]string{"prlimit", "--nofile=2000:2000"}, 2000},
		"soft one below hard": {[]string{"prlimit", "--nofile=1999:2000"}, 1999},
		"very few":            {[]string{"prlimit", "--nofile=16:2000"}, 16},
	} {
		t.Run(name, func(t *testing.T) {
			boot, r := apply(t, test.prefix)
			if r.code != 0 || boot.Nofile.Soft != test.soft || boot.Nofile.Hard != 2000 {
				t.Errorf("exit %d, nofile %+v, want %d:2000 (%s)", r.code, boot.Nofile, test.soft, r.errors)
			}
		})
	}
}
