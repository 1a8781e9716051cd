package recipe

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/image"
)

var serverTini = Recipe{
	Name:  "server-tini",
	About: "the Go sample server as a child of tini",
	Rare:  true,
	Make:  makeServerTini,
}

func makeServerTini(ctx context.Context, w Workshop) (image.Image, error) {
	system, err := debianLayer(ctx, w, "tini")
	if err != nil {
		return image.Image{}, err
	}
	made, err := serverGo.Make(ctx, w)
	if err != nil {
		return image.Image{}, err
	}
	server := made.Variants[0]
	return image.Image{Name: "server-tini", Variants: []image.Variant{{
		Architecture: server.Architecture,
		Config:       v1.Config{User: sampleUser, Entrypoint: append([]string{"/usr/bin/tini", "--"}, server.Config.Entrypoint...)},
		Layers:       append([]image.Layer{system}, server.Layers...),
	}}}, nil
}
