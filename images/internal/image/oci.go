package image

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// OCI is the image in OCI's form: a v1.Image for one architecture, a v1.ImageIndex for more.
func (i Image) OCI() (mutate.Appendable, error) {
	var images []mutate.IndexAddendum
	for _, variant := range i.Variants {
		built, err := variant.oci()
		if err != nil {
			return nil, fmt.Errorf("image %s for %s: %w", i.Name, variant.Architecture, err)
		}
		platform := &v1.Platform{OS: "linux", Architecture: variant.Architecture}
		images = append(images, mutate.IndexAddendum{Add: built, Descriptor: v1.Descriptor{Platform: platform}})
	}
	if len(images) == 1 {
		return images[0].Add, nil
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	return mutate.AppendManifests(index, images...), nil
}

func (v Variant) oci() (v1.Image, error) {
	base := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	base = mutate.ConfigMediaType(base, types.OCIConfigJSON)
	base, err := mutate.ConfigFile(base, &v1.ConfigFile{
		OS:           "linux",
		Architecture: v.Architecture,
		Created:      v1.Time{Time: Timestamp},
		Config:       v.Config,
		RootFS:       v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	var additions []mutate.Addendum
	for _, layer := range v.Layers {
		built, err := layer.oci()
		if err != nil {
			return nil, err
		}
		history := v1.History{Created: v1.Time{Time: Timestamp}, CreatedBy: layer.Comment}
		additions = append(additions, mutate.Addendum{Layer: built, History: history, MediaType: types.OCILayer})
	}
	return mutate.Append(base, additions...)
}

// oci keeps the compressed layer in memory: an image is some ten MB, and it is read several times.
func (l Layer) oci() (v1.Layer, error) {
	var plain bytes.Buffer
	if err := l.tarball(&plain); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(plain.Bytes())), nil },
		tarball.WithCompressedCaching,
		tarball.WithCompressionLevel(gzip.BestSpeed),
		tarball.WithMediaType(types.OCILayer))
}
