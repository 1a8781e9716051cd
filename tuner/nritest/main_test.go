package nritest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/containerd/nri/pkg/adaptation"
)

// adjuster is the other plugin, built once.
var adjuster string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	// The runtime goes on without a plugin that does not answer in time, which on a busy machine the tests would take for a fault.
	adaptation.SetPluginRequestTimeout(time.Minute)
	adaptation.SetPluginRegistrationTimeout(time.Minute)
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
