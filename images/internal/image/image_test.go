package image

import (
	"archive/tar"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func layerOf(files ...File) Layer { return Layer{Comment: "test", Files: files} }

func imageOf(layers ...Layer) Image {
	return Image{Name: "sample", Variants: []Variant{{Architecture: "amd64", Layers: layers}}}
}

func digest(t *testing.T, image Image) string {
	t.Helper()
	built, err := image.OCI()
	if err != nil {
		t.Fatal(err)
	}
	hash, err := built.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return hash.String()
}

func fingerprint(t *testing.T, image Image) string {
	t.Helper()
	sum, err := image.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestEqualFilesGiveEqualDigests(t *testing.T) {
	dir := t.TempDir()
	old, recent := filepath.Join(dir, "old"), filepath.Join(dir, "recent")
	for _, path := range []string{old, recent} {
		if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, Timestamp, Timestamp); err != nil {
		t.Fatal(err)
	}
	one := imageOf(layerOf(Copy("/app/a", old, 0o644), Text("/app/b", "b")))
	two := imageOf(layerOf(Text("/app/b", "b"), Copy("/app/a", recent, 0o644)))

	if a, b := digest(t, one), digest(t, two); a != b {
		t.Errorf("digests differ by the order, time or mode of the source: %s, %s", a, b)
	}
	if a, b := fingerprint(t, one), fingerprint(t, two); a != b {
		t.Errorf("fingerprints differ: %s, %s", a, b)
	}
}

// A change that the fingerprint missed would leave a stale archive; one that the digest missed would not matter.
func TestEveryChangeIsSeen(t *testing.T) {
	base := imageOf(layerOf(Text("/a", "a")))
	changed := map[string]Image{
		"content":      imageOf(layerOf(Text("/a", "b"))),
		"path":         imageOf(layerOf(Text("/b", "a"))),
		"mode":         imageOf(layerOf(File{Path: "/a", Content: []byte("a"), Mode: 0o755})),
		"link":         imageOf(layerOf(File{Path: "/a", Target: "/b", Mode: fs.ModeSymlink | 0o777})),
		"layers":       imageOf(layerOf(Text("/a", "a")), layerOf()),
		"entrypoint":   {Name: "sample", Variants: []Variant{{"amd64", v1.Config{Entrypoint: []string{"/a"}}, base.Variants[0].Layers}}},
		"architecture": {Name: "sample", Variants: []Variant{{"arm64", v1.Config{}, base.Variants[0].Layers}}},
	}
	for what, image := range changed {
		if fingerprint(t, image) == fingerprint(t, base) {
			t.Errorf("another %s has the same fingerprint", what)
		}
		if digest(t, image) == digest(t, base) {
			t.Errorf("another %s has the same digest", what)
		}
	}
}

func TestLayerHasParentsInOrderAndRootAsOwner(t *testing.T) {
	image := imageOf(layerOf(
		Text("/usr/bin/program", "x"),
		File{Path: "/bin", Target: "usr/bin", Mode: fs.ModeSymlink | 0o777}))
	headers := headers(t, image)

	var names []string
	for _, header := range headers {
		names = append(names, header.Name)
		if header.Uid != 0 || header.Gid != 0 || !header.ModTime.Equal(Timestamp) {
			t.Errorf("%s belongs to %d:%d and is of %v", header.Name, header.Uid, header.Gid, header.ModTime)
		}
	}
	if want := []string{"bin", "usr/", "usr/bin/", "usr/bin/program"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if headers[0].Typeflag != tar.TypeSymlink || headers[0].Linkname != "usr/bin" {
		t.Errorf("/bin is not the link to usr/bin: %+v", headers[0])
	}
}

func headers(t *testing.T, image Image) (headers []*tar.Header) {
	t.Helper()
	built, err := image.OCI()
	if err != nil {
		t.Fatal(err)
	}
	layers, err := built.(v1.Image).Layers()
	if err != nil {
		t.Fatal(err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return headers
		}
		if err != nil {
			t.Fatal(err)
		}
		headers = append(headers, header)
	}
}

func TestDoubtfulPathsAreRefused(t *testing.T) {
	for what, layer := range map[string]Layer{
		"relative": layerOf(Text("a", "")),
		"unclean":  layerOf(Text("/a/../b", "")),
		"twice":    layerOf(Text("/a", ""), Text("/a", "")),
	} {
		if _, err := imageOf(layer).Fingerprint(); err == nil {
			t.Errorf("a path that is %s was taken", what)
		}
	}
}

func TestSeveralArchitecturesMakeAnIndex(t *testing.T) {
	image := Image{Name: "sample", Variants: []Variant{
		{Architecture: "amd64", Layers: []Layer{layerOf(Text("/a", "amd64"))}},
		{Architecture: "arm64", Layers: []Layer{layerOf(Text("/a", "arm64"))}},
	}}
	built, err := image.OCI()
	if err != nil {
		t.Fatal(err)
	}
	index, ok := built.(v1.ImageIndex)
	if !ok {
		t.Fatalf("got %T, want an index", built)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, entry := range manifest.Manifests {
		platforms = append(platforms, entry.Platform.String())
	}
	if want := []string{"linux/amd64", "linux/arm64"}; !slices.Equal(platforms, want) {
		t.Errorf("got %v, want %v", platforms, want)
	}
}
