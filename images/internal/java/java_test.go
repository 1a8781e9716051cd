package java

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func jdkOf(t *testing.T, release string) {
	t.Helper()
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "release"), []byte(release), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JAVA_HOME", home)
}

func TestOldJDKIsRefused(t *testing.T) {
	jdkOf(t, "JAVA_VERSION=\"11.0.2\"\n")
	_, err := Runtime(context.Background(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "version 11, the operator needs 17") {
		t.Errorf("got %v", err)
	}
}

func TestJDKThatCannotLinkIsExplained(t *testing.T) {
	jdkOf(t, "JAVA_VERSION=\"17.0.15\"\n")
	_, err := Runtime(context.Background(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "no jmods folder") {
		t.Errorf("got %v", err)
	}
}

func TestMissingNativeLibraryIsNamed(t *testing.T) {
	library := someLibrary(t)
	runtime, root := t.TempDir(), t.TempDir()
	content, err := os.ReadFile(library)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(runtime, "libjvm.so"), content, 0o644); err != nil {
		t.Fatal(err)
	}

	if err := CheckLibraries(runtime, root); err == nil || !strings.Contains(err.Error(), "libc.so.6") {
		t.Errorf("got %v, want that libc.so.6 is missing", err)
	}
	if err := os.WriteFile(filepath.Join(root, "libc.so.6"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := CheckLibraries(runtime, root); err != nil {
		t.Errorf("all libraries are there: %v", err)
	}
}

// someLibrary is one that needs nothing but libc.
func someLibrary(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/lib/*-linux-gnu/libz.so.1")
	if err != nil || len(found) == 0 {
		t.Skip("this machine has no libz.so.1 to look at")
	}
	return found[0]
}
