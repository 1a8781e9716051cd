// Command images builds the project's container images without a container engine, and pushes them to registries.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"wstuning.dev/images/internal/recipe"
)

const usage = `Usage:
  images/build [--list] [--all | name...]            build archives into target/images
  images/push --registry HOST/PATH [name...]         build, then push to a registry
Without names, it builds the images that an installation and the demo need.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	syscall.Umask(0o022) // the modes of what is unpacked and linked go into images: they must not depend on the caller
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say build or push\n" + usage)
	}
	workshop, err := recipe.OpenWorkshop("..", func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	if err != nil {
		return err
	}
	switch command, rest := args[0], args[1:]; command {
	case "build":
		return build(ctx, workshop, rest)
	case "push":
		return push(ctx, workshop, rest)
	case "-h", "--help", "help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("unknown command %q\n%s", command, usage)
	}
}
