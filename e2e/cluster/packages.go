package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"wstuning.dev/e2e/cluster/debian"
)

const packagesHelp = `Usage: e2e/cluster/packages [node|modern|images|tests]...

Installs the Debian packages that the node, the modern node, the building of images or the tests need, or all of them, as
far as they are missing. "up" does it for both nodes.
`

var groups = map[string][]debian.Need{"node": debian.Node, "modern": debian.Modern, "images": debian.Images, "tests": debian.Tests}

func packages(ctx context.Context, args []string) error {
	if len(args) == 0 {
		args = []string{"node", "modern", "images", "tests"}
	}
	var needs []debian.Need
	for _, arg := range args {
		group, known := groups[arg]
		if !known {
			return fmt.Errorf("unknown group %q: say node, modern, images or tests", arg)
		}
		needs = append(needs, group...)
	}
	return installPackages(ctx, needs, func(format string, args ...any) { fmt.Printf(format+"\n", args...) })
}

func installPackages(ctx context.Context, needs []debian.Need, say func(format string, args ...any)) error {
	missing := debian.Missing(needs...)
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
	if still := debian.Missing(needs...); len(still) > 0 {
		return fmt.Errorf("the programs and files of %s are not found although they are installed", strings.Join(still, " "))
	}
	return nil
}
