package kerneltest

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// server is a program in a network namespace of its own.
type server struct {
	t   *testing.T
	pid int
}

// start runs the command, after the shell's set-up, until it prints that it is ready; it ends with the test.
func start(t *testing.T, setUp string, command ...string) *server {
	t.Helper()
	script := "set -e; ip link set lo up; " + setUp + `exec "$@"`
	cmd := exec.Command("sh", append([]string{"-c", script, "sh"}, command...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	var errors strings.Builder
	cmd.Stderr = &errors
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		cmd.Process.Kill()
		cmd.Wait()
		t.Fatalf("%s is not ready: %q, %v\n%s", command, line, err, errors.String())
	}
	if errors.Len() > 0 { // such as the loader's, that it cannot preload
		t.Errorf("%s: %s", command, errors.String())
	}
	return &server{t, cmd.Process.Pid}
}

// ss runs ss(8) in the server's namespace.
func (s *server) ss(arguments ...string) string {
	s.t.Helper()
	command := append([]string{"--target", strconv.Itoa(s.pid), "--net", "--", "ss"}, arguments...)
	output, err := exec.Command("nsenter", command...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("ss: %v\n%s", err, output)
	}
	return string(output)
}

// install runs "tuner preload" and returns the library that it leaves, which any user may read.
func install(t *testing.T, architecture string, flags ...string) string {
	t.Helper()
	folder, err := os.MkdirTemp(built, "wstuning")
	if err == nil {
		err = os.Chmod(folder, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	arguments := append([]string{"preload", "--plan=0123456789ab", "--on-error=hold",
		"--library=" + in(architecture+".so"), "--to=" + folder}, flags...)
	if output, err := exec.Command(in("tuner"), arguments...).CombinedOutput(); err != nil {
		t.Fatalf("tuner %q: %v\n%s", arguments, err, output)
	}
	return folder + "/libwstuning.so"
}
