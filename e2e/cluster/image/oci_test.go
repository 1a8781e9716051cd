package image

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestTheArchiveIsAWholeImage(t *testing.T) {
	var packed bytes.Buffer
	if err := WriteStatic(&packed, "localhost/pause:dev", "pause", []byte("program")); err != nil {
		t.Fatal(err)
	}
	files := unpack(t, packed.Bytes())
	for name, content := range files {
		if sum, found := strings.CutPrefix(name, "blobs/sha256/"); found && sum != fmt.Sprintf("%x", sha256.Sum256(content)) {
			t.Errorf("%s holds something else than its name says", name)
		}
	}

	var index struct{ Manifests []descriptor }
	decode(t, files["index.json"], &index)
	if name := index.Manifests[0].Annotations["io.containerd.image.name"]; name != "localhost/pause:dev" {
		t.Errorf("the image is called %q", name)
	}
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	decode(t, blobOf(t, files, index.Manifests[0]), &manifest)
	var config struct {
		Config struct{ Entrypoint []string }
		RootFS struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	decode(t, blobOf(t, files, manifest.Config), &config)
	if len(config.Config.Entrypoint) != 1 || config.Config.Entrypoint[0] != "/pause" {
		t.Errorf("the entry point is %v", config.Config.Entrypoint)
	}
	if config.RootFS.DiffIDs[0] != manifest.Layers[0].Digest {
		t.Error("an uncompressed layer must have its own digest as diff ID")
	}
	if layer := unpack(t, blobOf(t, files, manifest.Layers[0])); string(layer["pause"]) != "program" {
		t.Errorf("the layer holds %v", layer)
	}
}

func blobOf(t *testing.T, files map[string][]byte, d descriptor) []byte {
	t.Helper()
	content, found := files["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")]
	if !found || len(content) != d.Size {
		t.Fatalf("no blob of %d bytes for %s", d.Size, d.Digest)
	}
	return content
}

func unpack(t *testing.T, packed []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for reader := tar.NewReader(bytes.NewReader(packed)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
