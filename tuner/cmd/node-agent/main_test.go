package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/state"
	"wstuning.dev/tuner/internal/version"
)

func nodeAgent(arguments ...string) (code int, output, errors string) {
	var stdout, stderr strings.Builder
	code = run(context.Background(), arguments, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestHelpGoesToStdout(t *testing.T) {
	for _, arguments := range [][]string{{"--help"}, {"-h"}, {"help"}, {"serve", "--help"}, {"ready", "-h"}, {"alive", "-h"}, {"sysctls", "--help"}} {
		code, output, errors := nodeAgent(arguments...)
		if code != exitDone || !strings.HasPrefix(output, "node-agent ") || errors != "" {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
		}
	}
}

func TestWrongUseSaysWhatToWrite(t *testing.T) {
	for message, arguments := range map[string][]string{
		"see node-agent --help":         {},
		`unknown command "reboot"`:      {"reboot"},
		"see node-agent ready --help":   {"ready", "--unknown"},
		"see node-agent serve --help":   {"serve", "--node=a", "b"},
		"give the name of this node":    {"serve"},
		"see node-agent sysctls --help": {"sysctls", "x"},
		`socket instead of "nri.sock"`:  {"serve", "--node=a", "--nri-socket=/run/nri.sock,nri.sock"},
		`socket instead of ""`:          {"serve", "--node=a", "--nri-socket=/run/nri.sock,"},
	} {
		code, output, errors := nodeAgent(arguments...)
		if code != exitUsage || output != "" || !strings.Contains(errors, message) {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
		}
	}
}

func TestOutsideAPodItSaysSo(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	code, _, errors := nodeAgent("serve", "--node=one", "--sysctls="+t.TempDir(), "--init-status=/proc/self/status")
	if code != exitFailed || !strings.Contains(errors, "find the API server: ") {
		t.Errorf("exit %d, errors %q", code, errors)
	}
}

func TestWithoutTheFilesOfTheNodeItSaysSo(t *testing.T) {
	for missing, arguments := range map[string][]string{
		"open /none: no such file": {"--sysctls=/none", "--init-status=/proc/self/status"},
		"open /none/status: no":    {"--sysctls=" + t.TempDir(), "--init-status=/none/status"},
	} {
		code, _, errors := nodeAgent(append([]string{"serve", "--node=one"}, arguments...)...)
		if code != exitFailed || !strings.Contains(errors, missing) {
			t.Errorf("exit %d, errors %q", code, errors)
		}
	}
}

func TestVersion(t *testing.T) {
	if code, output, _ := nodeAgent("version"); code != exitDone || output != version.Version+"\n" {
		t.Errorf("exit %d, output %q", code, output)
	}
}

func TestSysctlsAreListed(t *testing.T) {
	if _, table, _ := nodeAgent("sysctls"); !strings.Contains(table, "net.ipv4.tcp_mem ") {
		t.Errorf("the table is\n%s", table)
	}
}

func TestTheProbes(t *testing.T) {
	directory := t.TempDir()
	probe := func(command string) string {
		code, _, errors := nodeAgent(command, "--state="+directory)
		if (code == exitDone) != (errors == "") {
			t.Errorf("exit %d, errors %q", code, errors)
		}
		return errors
	}
	keep := func(whyNot string) {
		if err := state.Folder(directory).KeepReady(whyNot); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(when, command, want string) {
		t.Helper()
		if got := probe(command); got != want {
			t.Errorf("%s %s says %q", when, command, got)
		}
	}
	for _, command := range []string{"ready", "alive"} {
		if got := probe(command); !strings.Contains(got, "the agent has not started") {
			t.Errorf("before it starts: %q", got)
		}
	}
	keep("the runtime is gone")
	expect("with a reason,", "ready", "node-agent: not ready: the runtime is gone\n")
	expect("with a reason,", "alive", "")
	keep("")
	expect("when all is well,", "ready", "")
	expect("when all is well,", "alive", "")
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(directory, "ready"), long, long); err != nil {
		t.Fatal(err)
	}
	expect("when it hangs,", "ready", "node-agent: not ready: the agent has not reported for 1h0m0s\n")
	expect("when it hangs,", "alive", "node-agent: not alive: the agent has not reported for 1h0m0s\n")
}
