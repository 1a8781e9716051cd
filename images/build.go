package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"wstuning.dev/images/internal/recipe"
)

const buildHelp = `Usage: images/build [--list] [--all | name...]

Builds container images without a container engine: OCI archives target/images/<name>.tar with the reference
localhost/wstuning/<name>:<VERSION>, which "ctr -n k8s.io images import" takes. The same input gives the same digest;
an archive that would come out the same is left alone. Without names these are built:

%s
and with --all these too, which only the story of many servers or the measurement of costs needs:

%s
The Debian packages and the Java runtime that go into some of them are kept in WST_CACHE (~/.cache/wstuning).

Flags:
`

func build(ctx context.Context, workshop recipe.Workshop, args []string) error {
	flags := flag.NewFlagSet("images/build", flag.ContinueOnError)
	list := flags.Bool("list", false, "print the names of the images, one a line")
	all := flags.Bool("all", false, "build the rarely needed ones too")
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), buildHelp, catalogue(false), catalogue(true))
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	recipes, err := recipe.Named(flags.Args())
	if err != nil {
		return err
	}
	if *all && flags.NArg() > 0 {
		return errors.New("say --all or names of images, not both")
	}
	if *all {
		recipes = recipe.Possible()
	}
	if *list {
		for _, r := range recipes {
			fmt.Println(r.Name)
		}
		return nil
	}
	return recipe.Build(ctx, workshop, recipes)
}

func catalogue(rare bool) (text string) {
	for _, r := range recipe.All() {
		if r.Rare == rare {
			text += fmt.Sprintf("  %-19s %s\n", r.Name, r.About)
		}
	}
	return text
}
