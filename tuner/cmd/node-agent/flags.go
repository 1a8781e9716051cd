package main

import (
	"errors"
	"flag"
	"io"
	"log/slog"

	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/state"
	"wstuning.dev/tuner/internal/sysctl"
)

// parse takes flags alone: no command of this program has other arguments.
func parse(flags *flag.FlagSet, help string, arguments []string, stdout io.Writer) error {
	if err := cli.Parse(flags, help, arguments, stdout); err != nil {
		return err
	}
	return cli.NoArguments(flags)
}

// objectFlags say which WebSocketNodeState, and where.
type objectFlags struct{ node, kubeconfig *string }

func addObjectFlags(flags *flag.FlagSet) objectFlags {
	return objectFlags{
		flags.String("node", "", "`NAME` of this node"),
		flags.String("kubeconfig", "", "kubeconfig `FILE` with the address of the API server, outside pods"),
	}
}

func (f objectFlags) config() (*rest.Config, error) {
	if *f.node == "" {
		return nil, cli.UsageError(errors.New("--node is missing: give the name of this node"))
	}
	return nodeapi.Config(*f.kubeconfig)
}

func (f objectFlags) client() (*nodeapi.Client, error) {
	config, err := f.config()
	if err != nil {
		return nil, err
	}
	return nodeapi.NewClient(config, *f.node)
}

// open gives the client of the object, the sysctls of this node, and which boot this is.
func (f objectFlags) open() (client *nodeapi.Client, tree *sysctl.Tree, boot string, err error) {
	if client, err = f.client(); err != nil {
		return nil, nil, "", err
	}
	if boot, err = bootID(); err != nil {
		return nil, nil, "", err
	}
	tree, err = sysctl.OpenNodeTree(sysctl.NodeRoot)
	return client, tree, boot, err
}

func addStateFlag(flags *flag.FlagSet) *string {
	return flags.String("state", "/run/wstuning", "`FOLDER` that the containers of this pod share")
}

func folder(flag *string) state.Folder { return state.Folder(*flag) }

// newLogger makes everything speak alike, the client's library as well.
func newLogger(stderr io.Writer) *slog.Logger {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	klog.SetSlogLogger(log)
	return log
}
