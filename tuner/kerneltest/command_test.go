package kerneltest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// folder has programs of all kinds, which are run in it.
func folderOfPrograms(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, file := range map[string]struct {
		content string
		mode    os.FileMode
	}{
		"server":         {"#!/bin/sh\necho started $0\n", 0o755},
		"bin/other":      {"#!/bin/sh\necho started $0\n", 0o755},
		"first/server":   {"#!/bin/sh\necho never\n", 0o644},
		"not-executable": {"#!/bin/sh\n", 0o644},
		"no-interpreter": {"#!/missing/sh\n", 0o755},
		"no-program":     {"text\n", 0o755},
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file.content), file.mode); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func launchIn(t *testing.T, folder, path string, command ...string) result {
	t.Helper()
	all := launching("--minimum=100", command...)
	cmd := exec.Command(all[0], all[1:]...)
	cmd.Dir, cmd.Env = folder, []string{"PATH=" + strings.ReplaceAll(path, "$here", folder)}
	if path == "none" {
		cmd.Env = []string{"OTHER=1"}
	}
	return run(t, cmd)
}

func TestACommandIsFoundAsARuntimeFindsIt(t *testing.T) {
	folder := folderOfPrograms(t)
	for _, test := range []struct{ path, command, started string }{
		{"/bin:$here", "server", folder + "/server"},
		{"$here/first:$here", "server", folder + "/server"},
		{"/bin:bin", "other", "bin/other"},
		{":/bin", "server", "server"},
		{"/bin", "./server", "./server"},
		{"/bin", "bin/other", "bin/other"},
		{"none", folder + "/server", folder + "/server"},
	} {
		r := launchIn(t, folder, test.path, test.command)
		if started := strings.TrimPrefix(r.output, "started "); r.code != 0 || filepath.Clean(started) != filepath.Clean(test.started) {
			t.Errorf("%+v: exit %d, output %q, errors %q", test, r.code, r.output, r.errors)
		}
	}
}

func TestACommandThatCannotBeStarted(t *testing.T) {
	folder := folderOfPrograms(t)
	for _, test := range []struct {
		path, command string
		code          int
		message       string
	}{
		{"/bin", "server", 127, `start the server: exec: "server": executable file not found in $PATH`},
		{"none", "server", 127, "not found"},
		{"/bin", "", 127, "not found"},
		{"/bin", "./missing", 127, "no such file or directory"},
		{"/bin", "./server/x", 126, "not a directory"},
		{"/bin", "./bin", 126, "is a directory"},
		{"/bin", "./not-executable", 126, "permission denied"},
		{"/bin", "./no-program", 126, "execute ./no-program: exec format error"},
		{"/bin", "./no-interpreter", 126, "execute ./no-interpreter: the interpreter in its first line"},
	} {
		r := launchIn(t, folder, test.path, test.command)
		if r.code != test.code || r.output != "" || !strings.HasPrefix(r.errors, "tuner: start the server: ") || !strings.Contains(r.errors, test.message) {
			t.Errorf("%+v: exit %d, output %q, errors %q", test, r.code, r.output, r.errors)
		}
	}
}

func TestWrongUseOfLaunch(t *testing.T) {
	for message, arguments := range map[string][]string{
		"a command to start is needed": {"--minimum=1", "--"},
		"--minimum cannot be":          {"--minimum=none", "--", "true"},
		"--maximum cannot be":          {"--maximum=0", "--", "true"},
		"not above the maximum":        {"--minimum=2", "--maximum=1", "--", "true"},
		"see tuner launch --help":      {"--unknown", "--", "true"},
	} {
		r := run(t, exec.Command(tuner, append([]string{"launch"}, arguments...)...))
		if r.code != 2 || r.output != "" || !strings.Contains(r.errors, message) {
			t.Errorf("%q: exit %d, output %q, errors %q", arguments, r.code, r.output, r.errors)
		}
	}
}
