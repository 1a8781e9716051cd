// Command cluster starts, shows and removes a real single-node Kubernetes on this machine. The executables up, down, status,
// restart-runtime, stop-apiserver, start-apiserver, fake-nodes, kubectl, ctr, import, packages and modern-node in this folder
// call it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"wstuning.dev/e2e/cluster/build"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/process"
)

var commands = map[string]struct {
	run  func(ctx context.Context, args []string) error
	help string
}{
	"up":              {up, upHelp},
	"down":            {down, downHelp},
	"status":          {status, statusHelp},
	"restart-runtime": {restartRuntime, restartHelp},
	"stop-apiserver":  {stopAPIServer, stopAPIServerHelp},
	"start-apiserver": {startAPIServer, startAPIServerHelp},
	"fake-nodes":      {fakeNodes, fakeHelp},
	"kubectl":         {kubectl, ""}, // has a help of its own
	"ctr":             {ctr, ""},     // likewise
	"import":          {importImages, importHelp},
	"packages":        {packages, packagesHelp},
	"modern-node":     {modernNode, modernHelp},
}

const names = "up, down, status, restart-runtime, stop-apiserver, start-apiserver, fake-nodes, kubectl, ctr, import, packages or modern-node"

func main() {
	if len(os.Args) > 1 && os.Args[1] == process.LaunchCommand {
		fail(process.Launch(os.Args[2:]))
	}
	if len(os.Args) < 2 {
		fail(errors.New("which one? " + names))
	}
	command, ok := commands[os.Args[1]]
	if !ok {
		fail(fmt.Errorf("there is no command %q: use %s", os.Args[1], names))
	}
	args := os.Args[2:]
	// What runs on the modern node has a help of its own.
	if command.help != "" && !slices.Equal(args[:min(1, len(args))], []string{"run"}) && (slices.Contains(args, "--help") || slices.Contains(args, "-h")) {
		fmt.Print(command.help)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command.run(ctx, args); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "cluster:", err)
	os.Exit(1)
}

func noArguments(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unknown argument %q; --help shows what there is", args[0])
	}
	return nil
}

func cache() (build.Cache, error) {
	source := os.Getenv("WST_CLUSTER_SOURCE")
	if source == "" {
		return build.Cache{}, errors.New("start it by one of the executables in e2e/cluster: " + names)
	}
	folder := os.Getenv("WST_CACHE")
	if folder == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return build.Cache{}, fmt.Errorf("find the cache, set WST_CACHE to a folder: %w", err)
		}
		folder = filepath.Join(home, ".cache", "wstuning")
	}
	return build.Cache{Modules: filepath.Join(source, "modules"), Folder: filepath.Join(folder, "bin"), Out: os.Stderr}, nil
}

// binaries returns where the node's programs are, and whether all are built.
func binaries(c build.Cache) (node.Binaries, bool, error) {
	folders := make([]string, len(node.Modules))
	complete := true
	for i, module := range node.Modules {
		folder, built, err := c.Lookup(module)
		if err != nil {
			return node.Binaries{}, false, err
		}
		folders[i], complete = folder, complete && built
	}
	return node.Binaries{Etcd: folders[0], Containerd: folders[1], Pause: folders[2], Kubernetes: folders[3]}, complete, nil
}
