// Package registry pushes image archives to registries.
package registry

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"wstuning.dev/images/internal/archive"
)

// Push uploads the image in an archive as target/image:tag, and returns its reference by digest.
func Push(ctx context.Context, file, target, image, tag string) (string, error) {
	if strings.Contains(target, "://") {
		return "", fmt.Errorf("--registry=%q: leave out the scheme: registry.example.com/team", target)
	}
	reference, err := name.NewTag(strings.TrimSuffix(target, "/")+"/"+image+":"+tag, name.StrictValidation)
	if err != nil {
		return "", fmt.Errorf("--registry=%q: give a host and a path such as registry.example.com/team: %w", target, err)
	}
	dir, err := os.MkdirTemp("", "wstuning-push-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	content, err := archive.Open(file, dir)
	if err != nil {
		return "", err
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	switch content := content.(type) {
	case v1.ImageIndex:
		err = remote.WriteIndex(reference, content, options...)
	case v1.Image:
		err = remote.Write(reference, content, options...)
	}
	if err != nil {
		return "", fmt.Errorf("push %s: %w", reference, err)
	}
	digest, err := content.Digest()
	if err != nil {
		return "", err
	}
	return reference.Context().Digest(digest.String()).Name(), nil
}
