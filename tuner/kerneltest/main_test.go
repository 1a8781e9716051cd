package kerneltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The binaries under test, built once.
var tuner, peer, counter string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	if os.Getuid() != 0 {
		if os.Getenv("WST_UNPRIVILEGED") == "1" {
			fmt.Println("kernel tests left out: WST_UNPRIVILEGED=1")
			return 0
		}
		fmt.Fprintln(os.Stderr, "the kernel tests need root, for namespaces of their own: run them as root, or leave them out with WST_UNPRIVILEGED=1")
		return 1
	}
	directory, err := os.MkdirTemp("", "tuner")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(directory)
	// Other users run these binaries.
	if err := os.Chmod(directory, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	tuner, peer, counter = filepath.Join(directory, "tuner"), filepath.Join(directory, "peer"), filepath.Join(directory, "counter")
	for target, source := range map[string]string{tuner: "../cmd/tuner", peer: "./peer", counter: "./counter"} {
		if err := build(target, source, os.Getenv("GOARCH")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// build builds as the image does.
func build(target, source, architecture string) error {
	command := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w", "-o", target, source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH="+architecture)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", source, err, output)
	}
	return nil
}
