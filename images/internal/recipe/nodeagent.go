package recipe

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/image"
)

var nodeAgent = Recipe{
	Name:  "node-agent",
	About: "the agent that a DaemonSet runs on nodes, for amd64 and arm64",
	Make: func(ctx context.Context, w Workshop) (image.Image, error) {
		made := image.Image{Name: "node-agent"}
		for _, arch := range []string{"amd64", "arm64"} {
			binary, err := goProgram{Module: "tuner", Package: "./cmd/node-agent", Name: "node-agent"}.build(ctx, w, arch)
			if err != nil {
				return image.Image{}, err
			}
			// No user: it is root, whom the container runtime's socket belongs to.
			made.Variants = append(made.Variants, alone(arch, "node-agent", binary, v1.Config{}))
		}
		return made, nil
	},
}
