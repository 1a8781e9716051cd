package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/report"
)

var preloadFlags = []string{"preload", "--plan=0123456789ab", "--keepalive=300/10/5"}

func TestWrongUseOfPreloadSaysWhatToWrite(t *testing.T) {
	for message, arguments := range map[string][]string{
		"give v1: and 12 hexadecimal digits": {"--plan=xyz"},
		"give start or hold":                 {"--on-error=stop"},
		"such as 300/10/5":                   {"--keepalive=300"},
		"such as 60":                         {"--user-timeout=60s"},
		"there is nothing to set":            {"--keepalive="},
		"--override alone":                   {"--keepalive=", "--override"},
		"give the absolute path":             {"--to=wstuning"},
		"unexpected argument":                {"net.ipv4.tcp_retries2=8"},
	} {
		code, output, errors := tuner(append(append(preloadFlags, "--to="+t.TempDir()), arguments...)...)
		if code != exitUsage || output != "" || !strings.Contains(errors, message) {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
		}
	}
}

func TestAFailureToPreloadStartsOrHoldsThePod(t *testing.T) {
	library := filepath.Join(t.TempDir(), "library")
	if err := os.WriteFile(library, []byte("other"), 0o444); err != nil {
		t.Fatal(err)
	}
	for onError, want := range map[string]int{"start": exitDone, "hold": exitFailed} {
		folder := t.TempDir()
		code, output, errors := tuner(append(preloadFlags, "--on-error="+onError, "--library="+library, "--to="+folder)...)
		if code != want || errors == "" {
			t.Errorf("--on-error=%s: exit %d, errors %q", onError, code, errors)
		}
		var boot report.Boot
		if err := json.Unmarshal([]byte(output), &boot); err != nil {
			t.Fatalf("%v in %s", err, output)
		}
		if s := boot.Sockets; s == nil || s.By != report.Preload || s.Done || !strings.Contains(s.Error, "0 blocks for settings") {
			t.Errorf("--on-error=%s: %s", onError, output)
		}
		if boot.Values == nil || boot.Nofile.Hard == 0 {
			t.Errorf("--on-error=%s: %s", onError, output)
		}
	}
}
