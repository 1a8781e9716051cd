package recipe

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/debian"
	"wstuning.dev/images/internal/image"
)

// packaged is a program of Debian's packages, mostly an interpreter, and what it needs of this repository.
type packaged struct {
	Name, About string
	Packages    []string
	Files       map[string]string // in the image: in the repository
	Command     []string
	Env         []string
	Rare        bool
}

func (p packaged) recipe() Recipe {
	return Recipe{Name: p.Name, About: p.About, Make: p.make, Rare: p.Rare}
}

func (p packaged) make(ctx context.Context, w Workshop) (image.Image, error) {
	system, err := debianLayer(ctx, w, p.Packages...)
	if err != nil {
		return image.Image{}, err
	}
	layers := []image.Layer{system}
	if len(p.Files) > 0 {
		own := image.Layer{Comment: p.Name}
		for at, source := range p.Files {
			own.Files = append(own.Files, image.Copy(at, w.path(source), 0o644))
		}
		layers = append(layers, own)
	}
	return image.Image{Name: p.Name, Variants: []image.Variant{{
		Architecture: hostArch,
		Config: v1.Config{
			User:       sampleUser,
			Env:        append([]string{"PATH=/usr/sbin:/usr/bin:/bin", "LANG=C.UTF-8"}, p.Env...),
			Entrypoint: p.Command,
		},
		Layers: layers,
	}}}, nil
}

// debianLayer has the packages and all that they depend on.
func debianLayer(ctx context.Context, w Workshop, packages ...string) (image.Layer, error) {
	root, err := debian.RootFS(ctx, w.Cache, packages...)
	if err != nil {
		return image.Layer{}, err
	}
	files, err := image.Tree(root, "/")
	return image.Layer{Comment: "Debian packages", Files: files}, err
}
