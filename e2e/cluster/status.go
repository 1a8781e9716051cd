package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"wstuning.dev/e2e/cluster/modern"
	"wstuning.dev/e2e/cluster/node"
)

const statusHelp = `Usage: e2e/cluster/status

Shows the node's programs, versions and files, and the modern node if there is one. Exits with 0 when the node is up, else
with 1.
`

func status(ctx context.Context, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	if kubeconfig := userCluster(); kubeconfig != "" {
		return checkUserCluster(ctx, kubeconfig)
	}
	health, err := node.Check(ctx)
	if err != nil {
		return err
	}
	health.Print(os.Stdout, versions())
	if err := modern.Print(ctx, os.Stdout); err != nil {
		return err
	}
	if health.Problem == nil {
		return nil
	}
	if health.Exists() {
		return errors.New("e2e/cluster/up cleans up and starts a new one")
	}
	return errors.New("e2e/cluster/up starts one")
}

func versions() []string {
	c, err := cache()
	if err != nil {
		return nil
	}
	var lines []string
	for _, module := range node.Modules {
		if version, err := module.Version(c.Modules); err == nil && version != "" {
			lines = append(lines, fmt.Sprintf("%-11s %s", module.Name, version))
		}
	}
	if out, err := exec.Command("runc", "--version").Output(); err == nil {
		first, _, _ := strings.Cut(string(out), "\n")
		lines = append(lines, fmt.Sprintf("%-11s %s", "runc", strings.TrimPrefix(first, "runc version ")))
	}
	return lines
}
