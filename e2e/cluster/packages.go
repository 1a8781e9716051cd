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
	if os.Geteuid() != 0 {
		return fmt.Errorf("packages are missing: as root, apt-get install %s", strings.Join(missing, " "))
	}
	say("installing the packages %s", strings.Join(missing, " "))
	if err := debian.Install(ctx, missing, os.Stderr); err != nil {
		return err
	}
	if still := debian.Missing(); len(still) > 0 {
		return fmt.Errorf("the programs of %s are not in the PATH although they are installed", strings.Join(still, " "))
	}
	return nil
}
