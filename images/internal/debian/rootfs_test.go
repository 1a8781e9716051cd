package debian

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pack builds a package of the given files.
func pack(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("this machine has no dpkg-deb")
	}
	dir := t.TempDir()
	files["DEBIAN/control"] = "Package: sample\nVersion: 1\nArchitecture: all\nMaintainer: Sample <sample@example.com>\nDescription: sample\n"
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "sample.deb")
	if output, err := exec.Command("dpkg-deb", "--build", dir, file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return file
}

func TestFilesInLibGoWhereTheLinkLeads(t *testing.T) {
	file := pack(t, map[string]string{"lib/libsample.so": "x"})
	root := filepath.Join(t.TempDir(), "root")
	if err := prepare(root); err != nil {
		t.Fatal(err)
	}
	if err := unpack(context.Background(), file, root); err != nil {
		t.Fatal(err)
	}
	if target, err := os.Readlink(filepath.Join(root, "lib")); err != nil || target != "usr/lib" {
		t.Errorf("/lib leads to %q, %v; want usr/lib", target, err)
	}
	if _, err := os.Stat(filepath.Join(root, "usr", "lib", "libsample.so")); err != nil {
		t.Error(err)
	}
}

func TestDocumentationIsLeftOut(t *testing.T) {
	file := pack(t, map[string]string{"usr/bin/sample": "x", "usr/share/doc/sample/README": "x", "usr/share/man/man1/sample.1": "x"})
	root := t.TempDir()
	if err := unpack(context.Background(), file, root); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "usr", "bin", "sample")); err != nil {
		t.Error(err)
	}
	for _, gone := range []string{"usr/share/doc/sample/README", "usr/share/man/man1/sample.1"} {
		if _, err := os.Stat(filepath.Join(root, gone)); err == nil {
			t.Errorf("%s was unpacked", gone)
		}
	}
}

func TestBrokenPackageIsAnError(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("this machine has no dpkg-deb")
	}
	file := filepath.Join(t.TempDir(), "broken.deb")
	if err := os.WriteFile(file, []byte("no package"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := unpack(context.Background(), file, t.TempDir()); err == nil {
		t.Error("a file that is no package was unpacked")
	}
}

func TestFilesAreFoundInWhatAptPrints(t *testing.T) {
	got := files(`The following NEW packages will be installed:
  libc6 zlib1g
Need to get 2846 kB of archives.
'http://deb.example.org/pool/libc6_2.36-9%2bdeb12u14_amd64.deb' libc6_2.36-9+deb12u14_amd64.deb 2759320 MD5Sum:8d98
'http://deb.example.org/pool/zlib1g_1.2.13.dfsg-1_amd64.deb' zlib1g_1%3a1.2.13.dfsg-1_amd64.deb 86684 
`)
	want := []string{"libc6_2.36-9+deb12u14_amd64.deb", "zlib1g_1%3a1.2.13.dfsg-1_amd64.deb"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestHostsWithoutAptAreTold(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := RootFS(context.Background(), t.TempDir(), "libc6")
	if err == nil || !strings.Contains(err.Error(), "Debian or Ubuntu") {
		t.Errorf("got %v, want what to do", err)
	}
}
