package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/grant"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
)

// freshNode is a container on a node that was just booted, with 1024:4096.
func freshNode() grant.Here {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	return grant.Here{
		Files: fstest.MapFS{
			"proc/uptime":       {Data: []byte("60.25 118.02\n")},
			"proc/self/uid_map": {Data: []byte("0 0 4294967295\n")},
			"etc/resolv.conf":   {ModTime: now.Add(-2 * time.Second)},
		},
		Now:    func() time.Time { return now },
		Limits: func() (rlimit.Limits, error) { return rlimit.Limits{Soft: 1024, Hard: 4096}, nil },
		Sleep:  func(time.Duration) {},
	}
}

func TestItWaitsBeforeItChangesAnything(t *testing.T) {
	folder := t.TempDir()
	files := []string{"--open-files-by=preload", "--library=/missing", "--to=" + folder}
	for name, test := range map[string]struct {
		run       func(arguments []string, output report.Output, stderr io.Writer, here grant.Here) error
		arguments []string
		values    int
	}{
		"apply":               {apply, []string{"net.core.somaxconn=16384", "net.ipv4.tcp_fin_timeout=30"}, 2},
		"apply with a folder": {apply, files, 0},
		"preload":             {runPreload, files, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			file := filepath.Join(t.TempDir(), "report")
			if err := os.WriteFile(file, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			arguments := append([]string{"--plan=0123456789ab", "--open-files-minimum=65536", "--await-node-agent=45s"}, test.arguments...)
			if err := test.run(arguments, report.Output{Line: &stdout, File: file}, &stderr, freshNode()); !errors.Is(err, errAwaitsAgent) {
				t.Fatalf("got %v, errors %q", err, stderr.String())
			}
			written, err := os.ReadFile(file)
			if err != nil || string(written)+"\n" != stdout.String() {
				t.Errorf("wrote %q, printed %q, %v", written, stdout.String(), err)
			}
			boot := bootOf(t, stdout.String())
			if !boot.AwaitsAgent || boot.Nofile != (rlimit.Limits{Soft: 1024, Hard: 4096}) || len(boot.Values) != test.values || boot.OpenFiles != nil {
				t.Errorf("report %s", stdout.String())
			}
		})
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("files %v", left)
	}
}

// The hard limit is enough for the library, and the sandbox is too old.
func TestItDoesNotWaitForWhatItHas(t *testing.T) {
	for _, arguments := range [][]string{
		{"--open-files-minimum=4096", "--await-node-agent=45s"},
		{"--open-files-minimum=65536", "--await-node-agent=1s"},
		{"--open-files-minimum=65536"},
	} {
		var stdout, stderr strings.Builder
		arguments = append(arguments, "--plan=0123456789ab", "--open-files-by=preload", "--library=/missing", "--to="+t.TempDir())
		if err := runPreload(arguments, report.Output{Line: &stdout, File: os.DevNull}, &stderr, freshNode()); err != nil || bootOf(t, stdout.String()).AwaitsAgent {
			t.Errorf("%q: %v, report %s", arguments, err, stdout.String())
		}
	}
}

// Without a report, the exit code would look like a failure.
func TestWhatCannotBeReportedIsNotAwaited(t *testing.T) {
	var stdout strings.Builder
	folder := report.Output{Line: &stdout, File: t.TempDir()}
	if awaits(grant.Await{Minimum: 65536, Patience: time.Minute}, freshNode(), newBoot("0123456789ab", 0), folder) {
		t.Error("it waits")
	}
}

func TestTheExitCodesSayWhetherItWaits(t *testing.T) {
	for err, want := range map[error]int{
		nil:                             exitDone,
		flag.ErrHelp:                    exitDone,
		errAwaitsAgent:                  75,
		errors.New("x"):                 exitFailed,
		cli.UsageError(errors.New("x")): exitUsage,
		&launchError{errors.New("x")}:   exitNotExecutable,
		&launchError{os.ErrNotExist}:    exitNotFound,
	} {
		if got := exitCode(err); got != want {
			t.Errorf("%v: exit %d, want %d", err, got, want)
		}
	}
	for _, arguments := range [][]string{{"--help"}, {"apply", "--help"}, {"preload", "--help"}} {
		if _, output, _ := tuner(arguments...); !strings.Contains(output, "75") {
			t.Errorf("%q does not name the exit code: %s", arguments, output)
		}
	}
}

func TestWrongUseOfAwaitSaysWhatToWrite(t *testing.T) {
	installing(t, func(t *testing.T, run func(...string) (int, string, string)) {
		for message, arguments := range map[string][]string{
			"give a duration from 1s to 5m0s, such as 45s": {minimum, "--open-files-by=preload", "--to=/wstuning", "--await-node-agent=60"},
			"no limit to wait for":                         {"--await-node-agent=45s"},
			"need something that sets them":                {minimum, "--open-files-maximum=65536", "--await-node-agent=45s"},
		} {
			if code, output, errors := run(arguments...); code != exitUsage || output != "" || !strings.Contains(errors, message) {
				t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
			}
		}
	})
}

func TestAReportThatItWaitsIsShort(t *testing.T) {
	boot := newBoot("v1:0123456789ab", 17)
	boot.AwaitsAgent = true
	if written := boot.JSON(); len(written) > report.MaxBytes/2 {
		t.Errorf("%d bytes: %s", len(written), written)
	}
}
