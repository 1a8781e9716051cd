package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"wstuning.dev/images/internal/install"
	"wstuning.dev/images/internal/recipe"
	"wstuning.dev/images/internal/registry"
)

const pushHelp = `Usage: images/push --registry HOST/PATH [name...]

Builds the images like images/build, pushes each as HOST/PATH/<name>:<VERSION>, and prints its reference by digest.
Credentials are those of "docker login" or "podman login". Without names, those are pushed that images/build makes
without names. Once operator, tuner and node-agent are, target/install.yaml is manifests/install.yaml with their references.

Flags:
`

// installed are the images that manifests/install.yaml names.
var installed = []string{"operator", "tuner", "node-agent"}

func push(ctx context.Context, workshop recipe.Workshop, args []string) error {
	flags := flag.NewFlagSet("images/push", flag.ContinueOnError)
	target := flags.String("registry", "", "where to push, for example registry.example.com/team (required)")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), pushHelp)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *target == "" {
		return errors.New("say where to push, for example --registry registry.example.com/team")
	}
	recipes, err := recipe.Named(flags.Args())
	if err != nil {
		return err
	}
	if err := recipe.Build(ctx, workshop, recipes); err != nil {
		return err
	}
	pushed := map[string]string{}
	for _, r := range recipes {
		reference, err := registry.Push(ctx, workshop.Archive(r.Name), *target, r.Name, workshop.Version)
		if err != nil {
			return err
		}
		fmt.Println(reference)
		pushed[r.Name] = reference
	}
	return renderInstall(workshop, pushed)
}

func renderInstall(workshop recipe.Workshop, pushed map[string]string) error {
	references := map[string]string{}
	for _, name := range installed {
		reference, was := pushed[name]
		if !was {
			return nil
		}
		references[workshop.Reference(name)] = reference
	}
	manifest, err := os.ReadFile(filepath.Join(workshop.Repository, "manifests", "install.yaml"))
	if err != nil {
		return err
	}
	rendered, err := install.Render(string(manifest), references)
	if err != nil {
		return fmt.Errorf("write target/install.yaml: %w", err)
	}
	file := filepath.Join(workshop.Repository, "target", "install.yaml")
	if err := os.WriteFile(file, []byte(rendered), 0o644); err != nil {
		return err
	}
	workshop.Log("to install them: kubectl apply --server-side -f target/install.yaml")
	return nil
}
