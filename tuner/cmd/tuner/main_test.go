package main

import (
	"encoding/json"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/sysctl"
	"wstuning.dev/tuner/internal/version"
)

func tuner(arguments ...string) (code int, output, errors string) {
	var stdout, stderr strings.Builder
	code = run(arguments, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestHelpGoesToStdout(t *testing.T) {
	for _, arguments := range [][]string{{"--help"}, {"-h"}, {"help"}, {"apply", "--help"}, {"preload", "--help"}, {"launch", "--help"}, {"observe", "-h"}, {"sysctls", "--help"}} {
		code, output, errors := tuner(arguments...)
		if code != exitDone || !strings.HasPrefix(output, "tuner ") || errors != "" {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
		}
	}
}

func TestWrongUseNamesTheHelp(t *testing.T) {
	for _, arguments := range [][]string{{}, {"reboot"}, {"apply", "--unknown"}, {"preload", "--unknown"}, {"launch", "--unknown"}, {"observe", "--wait=x"}, {"sysctls", "x"}} {
		code, output, errors := tuner(arguments...)
		if code != exitUsage || output != "" || !strings.Contains(errors, "--help") {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
		}
	}
}

func TestWrongUseOfApplySaysWhatToWrite(t *testing.T) {
	for message, arguments := range map[string][]string{
		"give v1: and 12 hexadecimal digits": {"--plan=xyz"},
		"give start or hold":                 {"--plan=0123456789ab", "--on-error=stop"},
		"use one of net.core":                {"--plan=0123456789ab", "net.ipv4.tcp_mem=1"},
		"write KEY=VALUE":                    {"--plan=0123456789ab", "net.ipv4.tcp_retries2"},
		"such as 300/10/5":                   {"--plan=0123456789ab", "--keepalive=300", "net.ipv4.tcp_retries2=8"},
		"such as 60":                         {"--plan=0123456789ab", "--user-timeout=0"},
		"add --keepalive":                    {"--plan=0123456789ab", "--override", "net.ipv4.tcp_retries2=8"},
		"nothing to put into --to":           {"--plan=0123456789ab", "--to=/wstuning", "net.ipv4.tcp_retries2=8"},
		"give programs or preload":           {"--plan=v1:0123456789ab", "--keepalive=300/10/5", "--sockets-by=magic"},
		"preload has nothing to set":         {"--plan=v1:0123456789ab", "--sockets-by=preload", "net.ipv4.tcp_retries2=8"},
		"--to cannot be \"\"":                {"--plan=v1:0123456789ab", "--sockets-by=preload", "--keepalive=300/10/5"},
	} {
		code, output, errors := tuner(append([]string{"apply"}, arguments...)...)
		if code != exitUsage || output != "" || !strings.Contains(errors, message) {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
		}
	}
}

func TestVersion(t *testing.T) {
	if code, output, _ := tuner("version"); code != exitDone || output != version.Version+"\n" {
		t.Errorf("exit %d, output %q", code, output)
	}
}

func TestSysctlsListsEveryKey(t *testing.T) {
	_, table, _ := tuner("sysctls")
	_, list, _ := tuner("sysctls", "--json")
	var keys []sysctl.Key
	if err := json.Unmarshal([]byte(list), &keys); err != nil {
		t.Fatalf("%v in %s", err, list)
	}
	for i, key := range sysctl.Keys() {
		if i >= len(keys) || keys[i] != key || !strings.Contains(table, key.Name+" ") {
			t.Errorf("%s is missing", key.Name)
		}
	}
}
