package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
	"wstuning.dev/tuner/internal/version"
)

const applyHelp = `node-agent apply --node=NAME [--state=FOLDER]

Writes the sysctls that the WebSocketNodeState wants and reads them back, and restores the original values of those that it
no longer wants, unless something else has changed them. It reports all of this in the status of the WebSocketNodeState, the
original values before the first write. A key that fails is reported and does not stop the others. It needs to be privileged,
in the network namespace of the node.
`

func runApply(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("node-agent apply", flag.ContinueOnError)
	object := addObjectFlags(flags)
	state := addStateFlag(flags)
	if err := parse(flags, applyHelp, arguments, stdout); err != nil {
		return err
	}
	client, tree, boot, err := object.open()
	if err != nil {
		return err
	}
	defer tree.Close()
	log := newLogger(stderr)
	if err := applyTo(ctx, client, tree, boot, log); err != nil {
		return err
	}
	return keepWhetherLimitsRaise(folder(state), log)
}

// applyTo starts again if something else changes the object at the same time.
func applyTo(ctx context.Context, client *nodeapi.Client, tree nodesettings.Tree, boot string, log *slog.Logger) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		node, err := client.Get(ctx)
		if apierrors.IsNotFound(err) {
			log.Info("nothing to do: there is no WebSocketNodeState of this node")
			return nil
		}
		if err != nil {
			return err
		}
		return applyOnce(ctx, client, node, tree, boot, log)
	})
}

func applyOnce(ctx context.Context, client *nodeapi.Client, node *nodeapi.Node, tree nodesettings.Tree, boot string, log *slog.Logger) error {
	var recorded []nodeapi.Setting
	rebooted := node.Status.BootID != boot
	if !rebooted { // else the kernel has forgotten what was written, and the originals are others
		recorded = node.Status.Settings
	}
	generation := node.Generation
	plan := nodesettings.MakePlan(node.Spec.Sysctls, recorded, tree)
	if plan.Writes() {
		before, err := client.PatchStatus(ctx, node, map[string]any{"bootID": boot, "settings": plan.Intended()})
		if err != nil {
			return err
		}
		node = before
	}
	settings := plan.Execute(tree)
	for _, setting := range settings {
		log.Info("setting", "name", setting.Name, "wanted", setting.Wanted, "value", setting.Value,
			"original", setting.Original, "problem", setting.Problem)
	}
	report := map[string]any{
		"observedGeneration": generation,
		"bootID":             boot,
		"agentVersion":       version.Version,
		"settings":           settings,
		"conntrackMax":       nodesettings.ConntrackMax(tree),
	}
	if rebooted && node.Status.OpenFiles != nil { // no container of the boot before runs any more
		report["openFiles"] = map[string]any{"highestGrant": nil}
	}
	_, err := client.PatchStatus(ctx, node, report)
	return err
}

func bootID() (string, error) {
	content, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("find out the id of this boot: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}
