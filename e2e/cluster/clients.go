package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"wstuning.dev/e2e/cluster/modern"
	"wstuning.dev/e2e/cluster/node"
)

const importHelp = `Usage: e2e/cluster/import ARCHIVE...

Imports OCI or Docker image archives (.tar) into the node, where pods find them with imagePullPolicy IfNotPresent, and into
the modern node if it is switched on. (That has those of target/images when it starts.)
`

// kubectl becomes kubectl and talks to the node's cluster or the user's.
func kubectl(_ context.Context, args []string) error {
	program, err := kubectlProgram()
	if err != nil {
		return err
	}
	kubeconfig := userCluster()
	if kubeconfig == "" {
		kubeconfig = node.Kubeconfig
	}
	if _, err := os.Stat(kubeconfig); err != nil {
		return fmt.Errorf("there is no cluster: start the node by e2e/cluster/up, or set WST_KUBECONFIG: %w", err)
	}
	os.Setenv("KUBECONFIG", kubeconfig)
	return syscall.Exec(program, append([]string{"kubectl"}, args...), os.Environ())
}

// kubectlProgram is the node's own, or the user's where none has been built.
func kubectlProgram() (string, error) {
	c, err := cache()
	if err != nil {
		return "", err
	}
	programs, _, err := binaries(c)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(programs.Kubectl()); err == nil {
		return programs.Kubectl(), nil
	}
	if program, err := exec.LookPath("kubectl"); err == nil {
		return program, nil
	}
	return "", errors.New("there is no kubectl yet: e2e/cluster/up builds one, or install your distribution's")
}

// ctr becomes containerd's client and shows the images and containers of the node's kubelet.
func ctr(_ context.Context, args []string) error {
	programs, err := runningNode()
	if err != nil {
		return err
	}
	c := programs.ContainerdClient(context.Background(), args...)
	return syscall.Exec(c.Path, c.Args, c.Env)
}

// runningNode is where the programs of the node are, which must be up.
func runningNode() (node.Binaries, error) {
	c, err := cache()
	if err != nil {
		return node.Binaries{}, err
	}
	programs, built, err := binaries(c)
	if err != nil {
		return node.Binaries{}, err
	}
	if _, err := os.Stat(node.Socket); err != nil || !built {
		return node.Binaries{}, errors.New("there is no node: start it with e2e/cluster/up")
	}
	return programs, nil
}

func importImages(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("name the archives to import, for example target/images/tuner.tar")
	}
	if userCluster() != "" {
		return errors.New("images cannot be imported into the cluster of WST_KUBECONFIG: push them to a registry that it pulls from, with images/push")
	}
	programs, err := runningNode()
	if err != nil {
		return err
	}
	for _, archive := range args {
		if message, err := programs.ImportImages(ctx, archive).CombinedOutput(); err != nil {
			return fmt.Errorf("import %s: %s", archive, strings.TrimSpace(string(message)))
		}
		on, err := modern.Running()
		if err != nil {
			return err
		}
		if on {
			if err := modern.ImportImage(ctx, archive); err != nil {
				return err
			}
		}
		fmt.Println("imported", archive)
	}
	return nil
}
