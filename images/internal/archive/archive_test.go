package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

const reference = "localhost/wstuning/sample:0.1.0"

func write(t *testing.T, content mutate.Appendable, fingerprint string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "images", "sample.tar")
	if err := Write(file, content, reference, "0.1.0", fingerprint); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestImageComesBackWhole(t *testing.T) {
	image, err := random.Image(1000, 2)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := Open(write(t, image, "f"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(opened.(v1.Image)); err != nil {
		t.Error(err)
	}
	sameDigest(t, opened, image)
}

func TestIndexComesBackWhole(t *testing.T) {
	index, err := random.Index(1000, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := Open(write(t, index, "f"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(opened.(v1.ImageIndex)); err != nil {
		t.Error(err)
	}
	sameDigest(t, opened, index)
}

func sameDigest(t *testing.T, got, want mutate.Appendable) {
	t.Helper()
	a, errA := got.Digest()
	b, errB := want.Digest()
	if errA != nil || errB != nil || a != b {
		t.Errorf("got %v %v, want %v %v", a, errA, b, errB)
	}
}

// containerd takes the reference from the annotation, and imports the image without a name when it is missing.
func TestArchiveNamesItsReference(t *testing.T) {
	image, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, image, "f")
	index, err := readIndex(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := index.Manifests[0].Annotations["io.containerd.image.name"]; got != reference {
		t.Errorf("got %q, want %q", got, reference)
	}
	if entries, _ := os.ReadDir(filepath.Dir(file)); len(entries) != 1 {
		t.Errorf("Write left something behind: %v", entries)
	}
}

// Times and owners of the machine that wrote the archive would make each one different.
func TestEqualImagesGiveEqualArchives(t *testing.T) {
	image, err := random.Image(1000, 2)
	if err != nil {
		t.Fatal(err)
	}
	one, errOne := os.ReadFile(write(t, image, "f"))
	two, errTwo := os.ReadFile(write(t, image, "f"))
	if errOne != nil || errTwo != nil || !bytes.Equal(one, two) {
		t.Errorf("archives differ: %v %v", errOne, errTwo)
	}
	for archive := tar.NewReader(bytes.NewReader(one)); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.ModTime.Unix() != 0 || header.Uname != "" || header.Uid != 0 {
			t.Errorf("%s is of %v and belongs to %q", header.Name, header.ModTime, header.Uname)
		}
	}
}

func TestFingerprintIsKept(t *testing.T) {
	image, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := Fingerprint(write(t, image, "made of this")); got != "made of this" {
		t.Errorf("got %q", got)
	}
	if got := Fingerprint(filepath.Join(t.TempDir(), "missing")); got != "" {
		t.Errorf("a missing archive has the fingerprint %q", got)
	}
}

func TestForeignArchivesAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "evil.tar")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewWriter(out)
	if err := archive.WriteHeader(&tar.Header{Name: "../outside", Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	archive.Close()
	out.Close()

	if _, err := Open(file, t.TempDir()); err == nil || !strings.Contains(err.Error(), "leads outside") {
		t.Errorf("got %v, want a refusal", err)
	}
	if _, err := Digest(file); err == nil || !strings.Contains(err.Error(), "does not begin with index.json") {
		t.Errorf("got %v, want a refusal", err)
	}
}
