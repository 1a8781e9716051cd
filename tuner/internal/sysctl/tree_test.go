package sysctl

import (
	"os"
	"path/filepath"
	"testing"
)

// fakeTree holds files in the place of the kernel's.
func fakeTree(t *testing.T, files map[string]string) (*Tree, string) {
	t.Helper()
	directory := t.TempDir()
	for name, content := range files {
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := OpenTree(directory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree, directory
}

func setting(t *testing.T, argument string) Setting {
	t.Helper()
	settings, err := ParseSettings([]string{argument})
	if err != nil {
		t.Fatal(err)
	}
	return settings[0]
}

func TestWhiteSpaceIsNormalised(t *testing.T) {
	tree, _ := fakeTree(t, map[string]string{"ipv4/tcp_rmem": "4096\t131072\t6291456\n"})
	key, _ := Lookup("net.ipv4.tcp_rmem")
	if value, err := tree.Read(key); err != nil || value != "4096 131072 6291456" {
		t.Errorf("Read = %q, %v", value, err)
	}
}

func TestTheNodesTreeHoldsKeysOutsideNet(t *testing.T) {
	_, directory := fakeTree(t, map[string]string{"fs/nr_open": "1048576\n"})
	tree, err := OpenNodeTree(directory)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if value, err := tree.Read(Key{Name: "fs.nr_open"}); err != nil || value != "1048576" {
		t.Errorf("Read = %q, %v", value, err)
	}
}

func TestApplyWritesAndReadsBack(t *testing.T) {
	tree, directory := fakeTree(t, map[string]string{"ipv4/tcp_keepalive_time": "999"})
	value, err := tree.Apply(setting(t, "net.ipv4.tcp_keepalive_time=300"))
	if err != nil || value == nil || *value != "300" {
		t.Errorf("Apply = %v, %v", value, err)
	}
	if content, _ := os.ReadFile(filepath.Join(directory, "ipv4/tcp_keepalive_time")); string(content) != "300" {
		t.Errorf("the file holds %q", content)
	}
}

// A plain file keeps what a shorter write does not cover, as a kernel would that takes another value than was written.
func TestApplyTellsWhatTheKernelHoldsInstead(t *testing.T) {
	tree, _ := fakeTree(t, map[string]string{"ipv4/tcp_keepalive_time": "7200"})
	value, err := tree.Apply(setting(t, "net.ipv4.tcp_keepalive_time=5"))
	if err == nil || err.Error() != "net.ipv4.tcp_keepalive_time: wrote 5, reads 5200" {
		t.Errorf("error = %v", err)
	}
	if value == nil || *value != "5200" {
		t.Errorf("value = %v", value)
	}
}

func TestApplyReportsAMissingKey(t *testing.T) {
	tree, directory := fakeTree(t, map[string]string{"ipv4/tcp_keepalive_time": "7200"})
	value, err := tree.Apply(setting(t, "net.ipv4.tcp_rto_max_ms=5000"))
	if value != nil || err == nil || err.Error() != "write net.ipv4.tcp_rto_max_ms: no such file or directory" {
		t.Errorf("Apply = %v, %v", value, err)
	}
	if entries, _ := os.ReadDir(filepath.Join(directory, "ipv4")); len(entries) != 1 {
		t.Errorf("a file was made: %v", entries)
	}
}

func TestTheTreeCannotBeLeft(t *testing.T) {
	tree, directory := fakeTree(t, map[string]string{"ipv4/x": ""})
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("1"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(directory, "ipv4/tcp_keepalive_time")); err != nil {
		t.Fatal(err)
	}
	if value, err := tree.Apply(setting(t, "net.ipv4.tcp_keepalive_time=300")); err == nil {
		t.Errorf("a file outside was written, value %v", value)
	}
	if content, _ := os.ReadFile(outside); string(content) != "1" {
		t.Errorf("the file outside holds %q", content)
	}
}
