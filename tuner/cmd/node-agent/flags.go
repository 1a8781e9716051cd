package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"

	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/state"
)

func usageError(err error) error { return fmt.Errorf("%w: %w", errUsage, err) }

// parse prints the help on stdout when it is asked for, and leaves mistakes to the caller.
func parse(flags *flag.FlagSet, help string, arguments []string, stdout io.Writer) error {
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	err := flags.Parse(arguments)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		fmt.Fprint(stdout, help+"\nFlags:\n")
		flags.PrintDefaults()
		return err
	case err != nil:
		return usageError(fmt.Errorf("%w: see node-agent %s --help", err, flags.Name()))
	case flags.NArg() > 0:
		return usageError(fmt.Errorf("unexpected argument %q: see node-agent %s --help", flags.Arg(0), flags.Name()))
	}
	return nil
}

// objectFlags say which WebSocketNode, and where.
type objectFlags struct{ node, kubeconfig *string }

func addObjectFlags(flags *flag.FlagSet) objectFlags {
	return objectFlags{
		flags.String("node", "", "`NAME` of this node"),
		flags.String("kubeconfig", "", "`FILE` that says where the API server is, outside pods"),
	}
}

func (f objectFlags) config() (*rest.Config, error) {
	if *f.node == "" {
		return nil, usageError(errors.New("--node is missing: give the name of this node"))
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
