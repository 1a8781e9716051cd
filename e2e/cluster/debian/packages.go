// Package debian brings the programs that the node and the tests take from the distribution.
package debian

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// CNIFolder is where Debian puts the network plugins.
const CNIFolder = "/usr/lib/cni"

// needs maps what is called to the package that has it.
var needs = []struct{ program, pkg string }{
	{"runc", "runc"},
	{CNIFolder + "/ptp", "containernetworking-plugins"},
	{"iptables", "iptables"},
	{"conntrack", "conntrack"},
	{"ip", "iproute2"},
	{"nft", "nftables"},
	{"mount", "mount"},
	{"nsenter", "util-linux"},
	{"sysctl", "procps"},
}

// Missing returns the packages whose programs cannot be found.
func Missing() []string {
	return missing(func(program string) bool {
		_, err := exec.LookPath(program)
		return err == nil
	})
}

func missing(found func(program string) bool) []string {
	var packages []string
	for _, need := range needs {
		if !found(need.program) && !slices.Contains(packages, need.pkg) {
			packages = append(packages, need.pkg)
		}
	}
	return packages
}

// Install installs packages by apt-get. It refreshes the package lists only where they don't lead to the packages.
func Install(ctx context.Context, packages []string, out io.Writer) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("this is no Debian or Ubuntu: install what these packages hold by hand: %s", strings.Join(packages, " "))
	}
	install := append([]string{"install", "--yes", "--quiet", "--no-install-recommends"}, packages...)
	if apt(ctx, io.Discard, install...) == nil {
		return nil
	}
	if err := apt(ctx, out, "update", "--quiet"); err != nil {
		return fmt.Errorf("refresh the package lists: %w", err)
	}
	if err := apt(ctx, out, install...); err != nil {
		return fmt.Errorf("install %s: %w", strings.Join(packages, " "), err)
	}
	return nil
}

func apt(ctx context.Context, out io.Writer, args ...string) error {
	command := exec.CommandContext(ctx, "apt-get", args...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	command.Stdout, command.Stderr = out, out
	return command.Run()
}
