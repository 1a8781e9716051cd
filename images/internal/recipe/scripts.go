package recipe

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/debian"
	"wstuning.dev/images/internal/image"
)

// tini comes along so that a pod may run it as PID 1 in front of node.
var serverNode = script{
	Name:     "server-node",
	About:    "the Node sample server (ws), with tini for pods that want it",
	Packages: []string{"nodejs", "node-ws", "tini"},
	Source:   "e2e/servers/node/server.js",
	At:       "/app/server.js",
	Command:  []string{"/usr/bin/node"},
	Env:      []string{"NODE_PATH=/usr/share/nodejs"}, // where Debian puts modules; other builds of Node do not look there
}.recipe()

var serverPython = script{
	Name:     "server-python",
	About:    "the Python sample server (websockets)",
	Packages: []string{"python3-minimal", "python3-websockets"},
	Source:   "e2e/servers/python/server.py",
	At:       "/app/server.py",
	Command:  []string{"/usr/bin/python3"},
}.recipe()

// script is a program of one file that runs on an interpreter from Debian packages.
type script struct {
	Name, About string
	Packages    []string
	Source, At  string
	Command     []string
	Env         []string
}

func (s script) recipe() Recipe {
	return Recipe{Name: s.Name, About: s.About, Make: s.make}
}

func (s script) make(ctx context.Context, w Workshop) (image.Image, error) {
	root, err := debian.RootFS(ctx, w.Cache, s.Packages...)
	if err != nil {
		return image.Image{}, err
	}
	system, err := image.Tree(root, "/")
	if err != nil {
		return image.Image{}, err
	}
	return image.Image{Name: s.Name, Variants: []image.Variant{{
		Architecture: hostArch,
		Config: v1.Config{
			User:       sampleUser,
			Env:        append([]string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8"}, s.Env...),
			Entrypoint: append(s.Command, s.At),
		},
		Layers: []image.Layer{
			{Comment: "Debian packages", Files: system},
			{Comment: s.Name, Files: []image.File{image.Copy(s.At, w.path(s.Source), 0o644)}},
		},
	}}}, nil
}
