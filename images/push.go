package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"wstuning.dev/images/internal/recipe"
	"wstuning.dev/images/internal/registry"
)

const pushHelp = `Usage: images/push --registry HOST/PATH [name...]

Builds the images like images/build, pushes each as HOST/PATH/<name>:<VERSION>, and prints its reference by digest.
Credentials are those of "docker login" or "podman login". Without names, all images are pushed.

Flags:
`

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
	for _, r := range recipes {
		reference, err := registry.Push(ctx, workshop.Archive(r.Name), *target, r.Name, workshop.Version)
		if err != nil {
			return err
		}
		fmt.Println(reference)
	}
	return nil
}
