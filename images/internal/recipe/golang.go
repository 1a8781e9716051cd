package recipe

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/image"
)

var serverGo = sampleProgram("server-go", "the Go sample server (gorilla/websocket)", "./go")

var client = sampleProgram("client", "the sample client that opens many WebSockets", "./client")

func sampleProgram(name, about, pkg string) Recipe {
	return Recipe{Name: name, About: about, Make: func(ctx context.Context, w Workshop) (image.Image, error) {
		binary, err := goProgram{Module: "e2e/servers", Package: pkg, Name: name}.build(ctx, w, hostArch)
		if err != nil {
			return image.Image{}, err
		}
		config := v1.Config{User: sampleUser}
		return image.Image{Name: name, Variants: []image.Variant{alone(hostArch, name, binary, config)}}, nil
	}}
}

// alone is an image with one file, which it runs.
func alone(arch, name, binary string, config v1.Config) image.Variant {
	config.Entrypoint = []string{"/" + name}
	return image.Variant{
		Architecture: arch,
		Config:       config,
		Layers: []image.Layer{{
			Comment: name,
			Files:   []image.File{image.Copy("/"+name, binary, 0o755)},
		}},
	}
}

type goProgram struct{ Module, Package, Name string }

// build links a static binary. Go's own cache makes it quick when nothing changed.
func (p goProgram) build(ctx context.Context, w Workshop, arch string) (string, error) {
	binary := w.path("target", "go", arch, p.Name)
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w", "-o", binary, p.Package)
	build.Dir = w.path(p.Module)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s for %s: %w\n%s", p.Name, arch, err, output)
	}
	return binary, nil
}
