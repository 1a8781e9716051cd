package image

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestLayerHasParentsBeforeTheirFilesAndNothingOfTheBuilder(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	if err := os.WriteFile(program, []byte("#!"), 0o700); err != nil {
		t.Fatal(err)
	}
	got := entries(t, Layer{Files: []File{
		Copy("/usr/bin/program", program, 0o755),
		{Path: "/bin", Target: "usr/bin", Mode: fs.ModeSymlink},
		{Path: "/usr", Mode: fs.ModeDir | 0o711},
	}})
	want := []string{
		"bin 0 -> usr/bin",
		"usr/ 711",
		"usr/bin/ 755",
		"usr/bin/program 755 #!",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPathsThatCannotBeInALayerAreRefused(t *testing.T) {
	for want, files := range map[string][]File{
		`"app/x" is not a clean absolute path`:     {Text("app/x", "")},
		`"/app/../x" is not a clean absolute path`: {Text("/app/../x", "")},
		"/x is in the layer twice":                 {Text("/x", "1"), Text("/x", "2")},
	} {
		err := Layer{Files: files}.tarball(io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestTreeDropsSetuidAndRefusesPipes(t *testing.T) {
	dir := t.TempDir()
	su := filepath.Join(dir, "su")
	if err := os.WriteFile(su, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(su, fs.ModeSetuid|0o755); err != nil {
		t.Fatal(err)
	}
	files, err := Tree(dir, "/")
	if err != nil || len(files) != 1 || files[0].Mode != 0o755 || files[0].Path != "/su" {
		t.Errorf("got %v, %v", files, err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Tree(dir, "/"); err == nil || !strings.Contains(err.Error(), "neither a file, a link nor a directory") {
		t.Errorf("got %v for a pipe", err)
	}
}

// entries describes each entry of the layer, and fails on owners and times of the machine that made it.
func entries(t *testing.T, l Layer) (all []string) {
	t.Helper()
	var layer bytes.Buffer
	if err := l.tarball(&layer); err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(&layer)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Gid != 0 || header.Uname != "" || header.Gname != "" || !header.ModTime.Equal(Timestamp) {
			t.Errorf("%s is owned by %d:%d (%q:%q) and of %v", header.Name,
				header.Uid, header.Gid, header.Uname, header.Gname, header.ModTime)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		entry := fmt.Sprintf("%s %o", header.Name, header.Mode)
		if header.Linkname != "" {
			entry += " -> " + header.Linkname
		}
		if len(content) > 0 {
			entry += " " + string(content)
		}
		all = append(all, entry)
	}
}
