package kerneltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// built is the folder of everything under test, built once: it can be read and run by any user.
var built string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	if os.Getuid() != 0 {
		if os.Getenv("WST_UNPRIVILEGED") == "1" {
			fmt.Println("tests of the preload library left out: WST_UNPRIVILEGED=1")
			return 0
		}
		fmt.Fprintln(os.Stderr, "the tests of the preload library need root, for namespaces: run them as root, or leave them out with WST_UNPRIVILEGED=1")
		return 1
	}
	var err error
	if built, err = os.MkdirTemp("", "preload"); err == nil {
		defer os.RemoveAll(built)
		err = buildAll()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func buildAll() error {
	if err := os.Chmod(built, 0o755); err != nil {
		return err
	}
	commands := []*exec.Cmd{
		exec.Command("../build", "amd64", in("amd64.so")),
		exec.Command("../build", "arm64", in("arm64.so")),
		buildGo("tuner", "../../cmd/tuner"),
		buildGo("go", "../../kerneltest/peer"),
		compile("gcc", "server.c", "glibc"),
		compile("gcc", "server.c", "sanitized", "-fsanitize=address"),
		compile("gcc", "errors.c", "errors-glibc"),
		compile("gcc", "others.c", "others"),
		compile("musl-gcc", "server.c", "musl"),
		compile("musl-gcc", "errors.c", "errors-musl"),
		compile("aarch64-linux-gnu-gcc", "server.c", "arm64"),
		compile("aarch64-linux-gnu-gcc", "errors.c", "errors-arm64"),
		compile("gcc", "early.c", "early-glibc.so", "-shared", "-fPIC"),
		compile("gcc", "late.c", "early-glibc", in("early-glibc.so")),
		compile("musl-gcc", "early.c", "early-musl.so", "-shared", "-fPIC"),
		compile("musl-gcc", "late.c", "early-musl", in("early-musl.so")),
	}
	if _, err := exec.LookPath("javac"); err == nil {
		commands = append(commands, exec.Command("javac", "-d", built, "testdata/Server.java"))
	}
	for _, command := range commands {
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s\ne2e/cluster/packages installs what is missing", command, err, output)
		}
	}
	return nil
}

func in(name string) string { return filepath.Join(built, name) }

func buildGo(target, source string) *exec.Cmd {
	command := exec.Command("go", "build", "-o", in(target), source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	return command
}

func compile(compiler, source, target string, more ...string) *exec.Cmd {
	arguments := []string{"-Wall", "-Wextra", "-Werror", "-o", in(target), filepath.Join("testdata", source)}
	return exec.Command(compiler, append(arguments, more...)...)
}
