package recipe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/image"
)

var tuner = Recipe{
	Name:  "tuner",
	About: "the static helper that runs inside pods, with the preload library, for amd64 and arm64",
	Make: func(ctx context.Context, w Workshop) (image.Image, error) {
		made := image.Image{Name: "tuner"}
		for _, arch := range []string{"amd64", "arm64"} {
			variant, err := tunerFor(ctx, w, arch)
			if err != nil {
				return image.Image{}, err
			}
			made.Variants = append(made.Variants, variant)
		}
		return made, nil
	},
}

// The image is small: every tuned pod waits for it to be pulled. The library for arm64 has a hole, for pages of 64 KiB.
const (
	tunerLimit   = 5_000_000
	libraryLimit = 70_000
)

func tunerFor(ctx context.Context, w Workshop, arch string) (image.Variant, error) {
	binary, err := goProgram{Module: "tuner", Package: "./cmd/tuner", Name: "tuner"}.build(ctx, w, arch)
	if err != nil {
		return image.Variant{}, err
	}
	library, err := preloadLibrary(ctx, w, arch)
	if err != nil {
		return image.Variant{}, err
	}
	if err := errors.Join(atMost(binary, tunerLimit), atMost(library, libraryLimit)); err != nil {
		return image.Variant{}, err
	}
	// The privileged init container states that it is root. All others may be anyone but root.
	variant := alone(arch, "tuner", binary, v1.Config{User: nonRoot})
	files := &variant.Layers[0].Files
	*files = append(*files, image.Copy("/lib/libwstuning.so", library, 0o555))
	return variant, nil
}

// preloadLibrary compiles in less time than it takes to find out whether it must.
func preloadLibrary(ctx context.Context, w Workshop, arch string) (string, error) {
	library := w.path("target", "c", arch, "libwstuning.so")
	if err := os.MkdirAll(filepath.Dir(library), 0o755); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, w.path("tuner", "preload", "build"), arch, library)
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the preload library for %s: %w\n%s", arch, err, output)
	}
	return library, nil
}

func atMost(file string, limit int64) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Size() > limit {
		return fmt.Errorf("%s has %d bytes, more than the %d it may have", file, info.Size(), limit)
	}
	return nil
}
