package recipe

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/image"
)

// nriSource names a folder with the sources of github.com/containerd/nri, whose plugins are in no module registry.
const nriSource = "WST_NRI"

var nriAdjuster = Recipe{
	Name:  "nri-adjuster",
	About: "another plugin that sets the open files limit, to stand in for the ulimit-adjuster",
	Rare:  true,
	Make: func(ctx context.Context, w Workshop) (image.Image, error) {
		return nriPlugin(ctx, w, goProgram{Module: "tuner", Package: "./nritest/adjuster", Name: "nri-adjuster"})
	},
}

var nriUlimitAdjuster = Recipe{
	Name:  "nri-ulimit-adjuster",
	About: "the ulimit-adjuster, from a checkout of containerd/nri that " + nriSource + " names, else left out",
	Rare:  true,
	Needs: nriSource,
	Make: func(ctx context.Context, w Workshop) (image.Image, error) {
		module, err := filepath.Rel(w.Repository, filepath.Join(os.Getenv(nriSource), "plugins", "ulimit-adjuster"))
		if err != nil {
			return image.Image{}, fmt.Errorf("find the sources of containerd/nri: set %s to their folder, in full: %w", nriSource, err)
		}
		return nriPlugin(ctx, w, goProgram{Module: module, Package: ".", Name: "nri-ulimit-adjuster"})
	},
}

// nriPlugin is root, whom the container runtime's socket belongs to.
func nriPlugin(ctx context.Context, w Workshop, program goProgram) (image.Image, error) {
	binary, err := program.build(ctx, w, hostArch)
	if err != nil {
		return image.Image{}, err
	}
	variant := alone(hostArch, program.Name, binary, v1.Config{})
	return image.Image{Name: program.Name, Variants: []image.Variant{variant}}, nil
}
