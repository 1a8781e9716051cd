package observe

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wstuning.dev/tuner/internal/sysctl"
)

func TestAKeyThatTheKernelDoesNotHaveIsNoFailure(t *testing.T) {
	directory := t.TempDir()
	ipv4 := filepath.Join(directory, "ipv4")
	// A directory in the place of a file cannot be read.
	if err := os.MkdirAll(filepath.Join(ipv4, "tcp_retries2"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(ipv4, "tcp_keepalive_time"), []byte("300\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tree, err := sysctl.OpenTree(directory)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	keys, err := sysctl.ParseKeys([]string{"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rto_max_ms", "net.ipv4.tcp_retries2"})
	if err != nil {
		t.Fatal(err)
	}
	observer := Observer{tree: tree}
	values, unread := observer.readValues(keys)
	if values[0] == nil || *values[0] != "300" || values[1] != nil || values[2] != nil {
		t.Errorf("values = %v", values)
	}
	if !slices.Equal(unread, []int{2}) || len(observer.problems) > 0 {
		t.Errorf("unread = %v, want only the last; errors = %q", unread, observer.problems)
	}
}
