package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// userCluster is the kubeconfig of a cluster that the user has brought, if any.
func userCluster() string { return os.Getenv("WST_KUBECONFIG") }

// checkUserCluster asks it whether it is ready.
func checkUserCluster(ctx context.Context, kubeconfig string) error {
	program, err := kubectlProgram()
	if err != nil {
		return err
	}
	answer, err := exec.CommandContext(ctx, program, "--kubeconfig", kubeconfig, "--request-timeout=10s", "get", "--raw", "/readyz").CombinedOutput()
	if err != nil {
		return fmt.Errorf("the cluster of WST_KUBECONFIG=%s does not answer: %s", kubeconfig, strings.TrimSpace(string(answer)))
	}
	fmt.Printf("using your cluster of WST_KUBECONFIG=%s, which answers; nothing is started\n", kubeconfig)
	return nil
}
