// Package debian brings what the node, the images and the tests take from the distribution.
package debian

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Missing returns the packages of what cannot be found.
func Missing(needs ...Need) []string { return missing(needs, found) }

func found(file string) bool {
	if filepath.IsAbs(file) {
		_, err := os.Stat(file)
		return err == nil
	}
	_, err := exec.LookPath(file)
	return err == nil
}

func missing(needs []Need, found func(file string) bool) []string {
	var packages []string
	for _, need := range needs {
		if !found(need.file) && !slices.Contains(packages, need.pkg) {
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
