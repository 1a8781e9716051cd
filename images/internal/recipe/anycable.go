package recipe

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/image"
)

// anyCableSource names a folder with the sources of AnyCable-Go.
const anyCableSource = "WST_ANYCABLE"

var serverAnyCable = Recipe{
	Name:  "server-anycable",
	About: "AnyCable-Go, from a checkout of its sources that " + anyCableSource + " names, else left out",
	Rare:  true,
	Needs: anyCableSource,
	Make:  makeServerAnyCable,
}

// makeServerAnyCable leaves out mruby, which needs cgo.
func makeServerAnyCable(ctx context.Context, w Workshop) (image.Image, error) {
	module, err := filepath.Rel(w.Repository, os.Getenv(anyCableSource))
	if err != nil {
		return image.Image{}, fmt.Errorf("find the sources of AnyCable-Go: set %s to the folder of their go.mod, in full: %w", anyCableSource, err)
	}
	binary, err := goProgram{Module: module, Package: "./cmd/anycable-go", Name: "server-anycable"}.build(ctx, w, hostArch)
	if err != nil {
		return image.Image{}, err
	}
	variant := alone(hostArch, "server-anycable", binary, v1.Config{User: sampleUser})
	return image.Image{Name: "server-anycable", Variants: []image.Variant{variant}}, nil
}
