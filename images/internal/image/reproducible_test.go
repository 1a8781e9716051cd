package image

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestOrderTimesAndPlaceDoNotChangeTheDigest(t *testing.T) {
	first := tree(t, 0)
	second := tree(t, time.Hour)
	slices.Reverse(second)
	if a, b := digest(t, sample(first)), digest(t, sample(second)); a != b {
		t.Errorf("the same files make %s and %s", a, b)
	}
	if a, b := fingerprint(t, sample(first)), fingerprint(t, sample(second)); a != b {
		t.Errorf("the same files have the fingerprints %s and %s", a, b)
	}
}

// The image ID covers all but how layers are compressed, which is Go's business. When it changes, every node pulls every
// image again.
func TestImageIDIsTheSameOnEveryMachine(t *testing.T) {
	content, err := sample([]File{Text("/etc/answer", "42\n")}).OCI()
	if err != nil {
		t.Fatal(err)
	}
	const want = ""
	if id, err := content.(v1.Image).ConfigName(); err != nil || id.String() != want {
		t.Errorf("got %s, %v, want %s", id, err, want)
	}
}

func TestEveryDifferenceChangesFingerprintAndDigest(t *testing.T) {
	original := func() Image { return sample([]File{Text("/etc/answer", "42\n")}) }
	for what, change := range map[string]func(*Image){
		"content":       func(i *Image) { i.Variants[0].Layers[0].Files[0].Content = []byte("43\n") },
		"mode":          func(i *Image) { i.Variants[0].Layers[0].Files[0].Mode = 0o600 },
		"path":          func(i *Image) { i.Variants[0].Layers[0].Files[0].Path = "/etc/question" },
		"configuration": func(i *Image) { i.Variants[0].Config.User = "1:1" },
		"architecture":  func(i *Image) { i.Variants[0].Architecture = "arm64" },
		"layers":        func(i *Image) { i.Variants[0].Layers = append(i.Variants[0].Layers, Layer{Comment: "empty"}) },
		"variants":      func(i *Image) { i.Variants = append(i.Variants, original().Variants...) },
	} {
		changed := original()
		change(&changed)
		if fingerprint(t, changed) == fingerprint(t, original()) {
			t.Errorf("another %s has the same fingerprint", what)
		}
		if digest(t, changed) == digest(t, original()) {
			t.Errorf("another %s has the same digest", what)
		}
	}
}

// tree is the same small tree at another place and with other times.
func tree(t *testing.T, age time.Duration) []File {
	t.Helper()
	dir := t.TempDir()
	for path, mode := range map[string]os.FileMode{"bin/run": 0o755, "etc/answer": 0o644} {
		file := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(path), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Now().Add(-age), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("run", filepath.Join(dir, "bin", "start")); err != nil {
		t.Fatal(err)
	}
	files, err := Tree(dir, "/")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sample(files []File) Image {
	return Image{Name: "sample", Variants: []Variant{{
		Architecture: "amd64",
		Config:       v1.Config{User: "1000:1000", Entrypoint: []string{"/bin/run"}},
		Layers:       []Layer{{Comment: "all", Files: files}},
	}}}
}

func digest(t *testing.T, i Image) string {
	t.Helper()
	content, err := i.OCI()
	if err != nil {
		t.Fatal(err)
	}
	sum, err := content.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return sum.String()
}

func fingerprint(t *testing.T, i Image) string {
	t.Helper()
	sum, err := i.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
