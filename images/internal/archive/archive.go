// Package archive writes and reads OCI archives: an OCI image layout in one tar file, as container runtimes import it.
package archive

import (
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

const (
	referenceAnnotation   = "io.containerd.image.name"          // the whole reference, for containerd
	tagAnnotation         = "org.opencontainers.image.ref.name" // the tag, for others
	fingerprintAnnotation = "dev.wstuning.fingerprint"
)

// Write makes the archive of one image or index under a reference. The fingerprint later shows what it was made from.
func Write(file string, content mutate.Appendable, reference, tag, fingerprint string) error {
	descriptor := v1.Descriptor{Annotations: map[string]string{referenceAnnotation: reference, tagAnnotation: tag}}
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: content, Descriptor: descriptor})
	index = mutate.Annotations(index, map[string]string{fingerprintAnnotation: fingerprint}).(v1.ImageIndex)

	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".layout-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if _, err := layout.Write(filepath.Join(work, "layout"), index); err != nil {
		return fmt.Errorf("write image layout: %w", err)
	}
	finished := filepath.Join(work, "archive.tar")
	if err := pack(filepath.Join(work, "layout"), finished); err != nil {
		return fmt.Errorf("pack image layout: %w", err)
	}
	return os.Rename(finished, file) // readers see the old archive or the new one, never half of one
}

// Fingerprint is what the archive was made from, or "" when there is no readable archive.
func Fingerprint(file string) string {
	index, err := readIndex(file)
	if err != nil {
		return ""
	}
	return index.Annotations[fingerprintAnnotation]
}

// Digest is the digest of the image or index in the archive.
func Digest(file string) (v1.Hash, error) {
	index, err := readIndex(file)
	if err != nil {
		return v1.Hash{}, err
	}
	return index.Manifests[0].Digest, nil
}

// Open unpacks the archive into a directory and reads the image or index from there.
func Open(file, dir string) (mutate.Appendable, error) {
	if err := unpack(file, dir); err != nil {
		return nil, err
	}
	root, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	manifest, err := root.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(manifest.Manifests) != 1 {
		return nil, fmt.Errorf("read %s: it holds %d images, expected 1", file, len(manifest.Manifests))
	}
	only := manifest.Manifests[0]
	if only.MediaType.IsIndex() {
		return root.ImageIndex(only.Digest)
	}
	return root.Image(only.Digest)
}
