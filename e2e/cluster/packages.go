package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"wstuning.dev/e2e/cluster/debian"
)

const packagesHelp = `Usage: e2e/cluster/packages

Installs the Debian packages that the node and the tests need, as far as they are missing. "up" does it too.
`

func packages(ctx context.Context, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	return installPackages(ctx, func(format string, args ...any) { fmt.Printf(format+"\n", args...) })
}

func installPackages(ctx context.Context, say func(format string, args ...any)) error {
	missing := debian.Missing()
	if len(missing) == 0 {
		return nil
	}
	say("installing the packages %s", strings.Join(missing, " "))
	return debian.Install(ctx, missing, os.Stderr)
}
