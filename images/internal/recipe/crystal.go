package recipe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/chroot"
	"wstuning.dev/images/internal/debian"
	"wstuning.dev/images/internal/image"
)

var serverCrystal = Recipe{
	Name:  "server-crystal",
	About: "the Crystal sample server, compiled with Debian's compiler in a root file system of its own",
	Rare:  true,
	Make:  makeServerCrystal,
}

func makeServerCrystal(ctx context.Context, w Workshop) (image.Image, error) {
	binary, err := compileCrystal(ctx, w, w.path("e2e", "servers", "crystal", "server.cr"))
	if err != nil {
		return image.Image{}, err
	}
	// What a dynamically linked Crystal program needs.
	system, err := debianLayer(ctx, w, "libc6", "libevent-2.1-7", "libgc1", "libgcc-s1", "libssl3", "zlib1g")
	if err != nil {
		return image.Image{}, err
	}
	return image.Image{Name: "server-crystal", Variants: []image.Variant{{
		Architecture: hostArch,
		Config:       v1.Config{User: sampleUser, Entrypoint: []string{"/server-crystal"}},
		Layers: []image.Layer{system, {
			Comment: "server-crystal",
			Files:   []image.File{image.Copy("/server-crystal", binary, 0o755)},
		}},
	}}}, nil
}

// compileCrystal returns the program that source makes with the compiler at hand, compiled once.
func compileCrystal(ctx context.Context, w Workshop, source string) (string, error) {
	root, err := debian.RootFS(ctx, w.Cache, "crystal", "libssl-dev", "zlib1g-dev", "coreutils", "dash")
	if err != nil {
		return "", err
	}
	key, err := fingerprint(source)
	if err != nil {
		return "", err
	}
	program := filepath.Join(w.Cache, "crystal", filepath.Base(root)+"-"+key[:12])
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	text, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	if err := chroot.Prepare(ctx, root, "/usr/bin/crystal", "--version"); err != nil {
		return "", fmt.Errorf("run Debian's Crystal: %w", err)
	}
	compile := []string{"/usr/bin/env", "PATH=/usr/bin", "HOME=/tmp", "CC=gcc", "CRYSTAL_CACHE_DIR=/tmp/cache",
		"crystal", "build", "--no-debug", "-o", "/tmp/server", "/tmp/server.cr"}
	made := filepath.Join(root, "tmp", "server")
	err = os.WriteFile(made+".cr", text, 0o644)
	if err == nil {
		err = chroot.Run(ctx, root, compile...)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(program), 0o755)
	}
	if err == nil {
		err = os.Rename(made, program)
	}
	if err != nil {
		err = fmt.Errorf("compile %s: %w", source, err)
	}
	return program, errors.Join(err, os.RemoveAll(filepath.Join(root, "tmp")))
}
