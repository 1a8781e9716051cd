package nritest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// adjuster is the other plugin, built once.
var adjuster string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	directory, err := os.MkdirTemp("", "adjuster")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(directory)
	adjuster = filepath.Join(directory, "adjuster")
	source := "adjuster"
	if upstream := os.Getenv("WST_NRI"); upstream != "" {
		source = filepath.Join(upstream, "plugins", "ulimit-adjuster")
	}
	build := exec.Command("go", "build", "-buildvcs=false", "-o", adjuster, ".")
	build.Dir = source
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build %s: %v\n%s", source, err, output)
		return 1
	}
	return m.Run()
}
