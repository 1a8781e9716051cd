package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/report"
)

var (
	asked    = []string{"--plan=0123456789ab"}
	minimum  = "--open-files-minimum=65536"
	launcher = []string{"--open-files-by=launcher", minimum}
)

// installing runs both commands that can put files into the folder.
func installing(t *testing.T, test func(t *testing.T, run func(arguments ...string) (code int, output, errors string))) {
	for _, command := range []string{"apply", "preload"} {
		t.Run(command, func(t *testing.T) {
			test(t, func(arguments ...string) (int, string, string) {
				return tuner(append(append([]string{command}, asked...), arguments...)...)
			})
		})
	}
}

func TestWrongUseForOpenFilesSaysWhatToWrite(t *testing.T) {
	installing(t, func(t *testing.T, run func(...string) (int, string, string)) {
		for message, arguments := range map[string][]string{
			"add --open-files-by=preload":          {minimum, "--to=/wstuning"},
			"give preload or launcher":             {minimum, "--to=/wstuning", "--open-files-by=magic"},
			"add --open-files-minimum=65536":       {"--to=/wstuning", "--open-files-by=launcher"},
			"--open-files-minimum cannot be \"0\"": {"--open-files-minimum=0", "--open-files-by=launcher", "--to=/wstuning"},
			"--open-files-maximum cannot be \"x\"": {"--open-files-maximum=x", "--open-files-by=launcher", "--to=/wstuning"},
			"give a minimum that is not above":     {minimum, "--open-files-maximum=65535", "--open-files-by=launcher", "--to=/wstuning"},
			"--to cannot be \"\"":                  {minimum, "--open-files-by=preload"},
			"--to cannot be \"wstuning\"":          {minimum, "--open-files-by=preload", "--to=wstuning"},
		} {
			if code, output, errors := run(arguments...); code != exitUsage || output != "" || !strings.Contains(errors, message) {
				t.Errorf("%q: exit %d, output %q, errors %q", arguments, code, output, errors)
			}
		}
	})
}

func bootOf(t *testing.T, output string) (boot report.Boot) {
	t.Helper()
	if err := json.Unmarshal([]byte(output), &boot); err != nil {
		t.Fatalf("%v in %q", err, output)
	}
	return boot
}

func TestTheLauncherIsThisProgram(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	installing(t, func(t *testing.T, run func(...string) (int, string, string)) {
		folder := t.TempDir()
		code, output, errors := run(append(launcher, "--to="+folder, "--library=/missing")...)
		got, err := os.ReadFile(filepath.Join(folder, "tuner"))
		if code != exitDone || err != nil || !bytes.Equal(got, want) {
			t.Errorf("exit %d, %v, %d bytes of %d, errors %q", code, err, len(got), len(want), errors)
		}
		if info, err := os.Stat(filepath.Join(folder, "tuner")); err != nil || info.Mode() != 0o555 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		if boot := bootOf(t, output); boot.OpenFiles == nil || *boot.OpenFiles != (report.Outcome{By: report.Launcher, Done: true}) || boot.Sockets != nil {
			t.Errorf("report %s", output)
		}
		if files, _ := os.ReadDir(folder); len(files) != 1 {
			t.Errorf("files %v", files)
		}
	})
}

func TestAFailureToCopyTheLauncherAlwaysHoldsThePod(t *testing.T) {
	installing(t, func(t *testing.T, run func(...string) (int, string, string)) {
		for _, onError := range []string{"start", "hold"} {
			code, output, errors := run(append(launcher, "--to="+filepath.Join(t.TempDir(), "missing"), "--on-error="+onError)...)
			if code != exitFailed || !strings.Contains(errors, "cannot start without its launcher") {
				t.Errorf("--on-error=%s: exit %d, errors %q", onError, code, errors)
			}
			if o := bootOf(t, output).OpenFiles; o == nil || o.By != report.Launcher || o.Done || !strings.HasPrefix(o.Error, "install the launcher: ") {
				t.Errorf("--on-error=%s: report %s", onError, output)
			}
		}
	})
}

func TestAFailureToCopyTheLibraryStartsOrHoldsThePod(t *testing.T) {
	installing(t, func(t *testing.T, run func(...string) (int, string, string)) {
		for onError, want := range map[string]int{"start": exitDone, "hold": exitFailed} {
			code, output, errors := run("--open-files-by=preload", minimum, "--to="+t.TempDir(), "--library=/missing", "--on-error="+onError)
			if code != want || errors == "" {
				t.Errorf("--on-error=%s: exit %d, errors %q", onError, code, errors)
			}
			boot := bootOf(t, output)
			if o := boot.OpenFiles; o == nil || o.By != report.Preload || o.Done || !strings.HasPrefix(o.Error, "read the preload library: ") || boot.Sockets != nil {
				t.Errorf("--on-error=%s: report %s", onError, output)
			}
		}
	})
}

// With both, each has its own outcome.
func TestTheLauncherWithTheLibraryForOptions(t *testing.T) {
	code, output, _ := tuner(append(append(preloadFlags, launcher...), "--to="+t.TempDir(), "--library=/missing")...)
	boot := bootOf(t, output)
	if code != exitDone || boot.OpenFiles == nil || !boot.OpenFiles.Done || boot.Sockets == nil || boot.Sockets.Done {
		t.Errorf("exit %d, report %s", code, output)
	}
}

// A privileged init container attaches no programs if the library sets the options.
func TestApplyLeavesTheOptionsToTheLibrary(t *testing.T) {
	code, output, errors := tuner("apply", "--plan=v1:0123456789ab", "--keepalive=300/10/5", "--sockets-by=preload",
		"--to="+t.TempDir(), "--library=/missing")
	sockets := bootOf(t, output).Sockets
	if code != exitDone || sockets == nil || sockets.By != report.Preload || !strings.HasPrefix(sockets.Error, "read the preload library: ") {
		t.Errorf("exit %d, report %s, errors %q", code, output, errors)
	}
}
