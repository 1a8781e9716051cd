package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/klog/v2"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/state"
	"wstuning.dev/tuner/internal/sysctl"
)

const serveHelp = `node-agent serve --node=NAME [--nri-socket=FILE[,FILE...]] [--pods --cgroup=FOLDER [--metrics=ADDRESS]]

Writes the sysctls that the WebSocketNodeState of this node wants, restores the original values of those that it no longer
wants, unless something else has changed them, and looks every 20 s whether they are still there. A key that fails is reported
and does not stop the others. What it writes it first records in the folder --journal, which has to end with the boot: another
agent that starts later knows the originals, and what this one granted.

While the object has openFiles, new containers get the limits that the annotations of their pods want, through the node resource
interface (NRI) of the container runtime. If nodes have its socket in different places, --nri-socket lists several: the first
that accepts a connection is used. Without a socket nothing is granted.

With --pods, while the object has pods, the pods of tunings with via: NodeAgent get their sysctls, open files and socket programs
when their containers are created, as their WebSocketPodPlans say. The connections of these pods and of those that were tuned at
admission are counted. Both stand in the WebSocketNodeReport of this node, and the counts at --metrics, too. This needs
CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, the node's cgroups in the folder --cgroup, and its BPF objects in the folder --bpf.

All of this is reported in the status of the WebSocketNodeState. If another agent runs on this node, it waits until that one
has ended, but grants open files at once. It needs to be in the network namespace of the node, and root, without any other capability.
`

const lookEvery = 20 * time.Second

func runServe(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("node-agent serve", flag.ContinueOnError)
	name := flags.String("node", "", "`NAME` of this node")
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig `FILE` with the address of the API server, outside pods")
	socketFlag := flags.String("nri-socket", "", "`SOCKETS` of the container runtime for plugins, separated by commas")
	tree := flags.String("sysctls", "/host/sys", "`FOLDER` in which net, fs/nr_open and fs/file-max of the node's /proc/sys are")
	initStatus := flags.String("init-status", "/host/init-status", "`FILE` that is /proc/1/status of the node")
	journal := flags.String("journal", "/run/wstuning", "`FOLDER` that the agents of this node share, and that ends with the boot")
	podsFlag := flags.Bool("pods", false, "tune pods, and count their connections")
	cgroupFlag := flags.String("cgroup", "/host/cgroup", "`FOLDER` that is /sys/fs/cgroup of the node, for --pods")
	bpfFlag := flags.String("bpf", "/host/bpf", "`FOLDER` that is the node's file system of BPF objects, for --pods")
	metrics := flags.String("metrics", "", "`ADDRESS` to serve counts at, such as :9464, for --pods")
	stateFlag := addStateFlag(flags)
	if err := parse(flags, serveHelp, arguments, stdout); err != nil {
		return err
	}
	if *name == "" {
		return cli.UsageError(errors.New("--node is missing: give the name of this node"))
	}
	sockets, err := sockets(*socketFlag)
	if err != nil {
		return err
	}
	if *podsFlag && len(sockets) == 0 {
		return cli.UsageError(errors.New("--pods needs the container runtime: add --nri-socket=/var/run/nri/nri.sock, or leave it out"))
	}
	host, err := openHost(*tree, *initStatus)
	if err != nil {
		return err
	}
	defer host.tree.Close()
	config, err := nodeapi.Config(*kubeconfig)
	if err != nil {
		return err
	}
	client, err := nodeapi.NewClient(config, *name)
	if err != nil {
		return err
	}
	var tunesPods *podOptions
	if *podsFlag {
		tunesPods = openPods(*cgroupFlag, *bpfFlag, *metrics)
	}
	agent := newAgent(*name, client, host.tree, host.boot, *journal, state.Folder(*stateFlag), host.ceiling, sockets, tunesPods, newLogger(stderr))
	return agent.serve(ctx, lookEvery)
}

// host is what the agent needs of its node.
type host struct {
	tree    *sysctl.Tree
	boot    string
	ceiling ceiling
}

func openHost(tree, initStatus string) (host host, err error) {
	if host.boot, err = bootID(); err != nil {
		return host, err
	}
	if host.ceiling.inherited, err = rlimit.Inherited(); err != nil {
		return host, err
	}
	if host.ceiling.raises, err = raisesHardLimits(initStatus); err != nil {
		return host, err
	}
	host.tree, err = sysctl.OpenNodeTree(tree)
	return host, err
}

func bootID() (string, error) {
	content, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("find out the id of this boot: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// sockets are the places of the list, in its order.
func sockets(list string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	sockets := strings.Split(list, ",")
	for _, socket := range sockets {
		if !filepath.IsAbs(socket) {
			return nil, cli.UsageError(fmt.Errorf("--nri-socket=%s: write the absolute path of a socket instead of %q, or several separated by commas", list, socket))
		}
	}
	return sockets, nil
}

// parse takes flags alone: no command of this program has other arguments.
func parse(flags *flag.FlagSet, help string, arguments []string, stdout io.Writer) error {
	if err := cli.Parse(flags, help, arguments, stdout); err != nil {
		return err
	}
	return cli.NoArguments(flags)
}

// newLogger makes everything speak alike, the client's library as well.
func newLogger(stderr io.Writer) *slog.Logger {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	klog.SetSlogLogger(log)
	return log
}
