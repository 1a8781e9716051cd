package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"wstuning.dev/e2e/cluster/node"
)

// giveUp leaves nothing half started, and shows the log of what went wrong.
func giveUp(cause error) error {
	if _, err := node.Remove(); err != nil {
		cause = errors.Join(cause, err)
	}
	var failure *node.Failure
	if errors.As(cause, &failure) {
		file := filepath.Join(node.LastLogs, failure.Program+".log")
		fmt.Fprintf(os.Stderr, "\nThe end of %s:\n%s\n", file, tail(file, 15))
	}
	return fmt.Errorf("start the node: %w", cause)
}

func tail(file string, count int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}

func usage() {
	fmt.Printf("\n  export KUBECONFIG=%s\n  e2e/cluster/kubectl get pods -A     (status, import and down are in the same folder)\n", node.Kubeconfig)
}
