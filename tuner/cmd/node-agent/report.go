package main

import (
	"context"
	"reflect"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
	"wstuning.dev/tuner/internal/version"
)

// report writes what is not in the status yet. What conflicts is looked at again when the change arrives.
func (a *agent) report(ctx context.Context, node *nodeapi.Node, settings []nodeapi.Setting) {
	fields := map[string]any{}
	status := node.Status
	if status.ObservedGeneration != node.Generation {
		fields["observedGeneration"] = node.Generation
	}
	if status.BootID != a.boot {
		fields["bootID"] = a.boot
	}
	if status.AgentVersion != version.Version {
		fields["agentVersion"] = version.Version
	}
	if !equal(settings, status.Settings) {
		fields["settings"] = settings
	}
	if conntrackMax := nodesettings.ConntrackMax(a.tree); !reflect.DeepEqual(conntrackMax, status.ConntrackMax) {
		fields["conntrackMax"] = conntrackMax
	}
	if openFiles := a.openFiles(node.Spec.OpenFiles); !reflect.DeepEqual(openFiles, status.OpenFiles) {
		fields["openFiles"] = patchOpenFiles(openFiles)
	}
	if pods := a.pods.status(node.Spec.Pods, a.connection.State()); !reflect.DeepEqual(pods, status.Pods) {
		fields["pods"] = patchPods(pods)
	}
	a.patch(ctx, node, fields)
}

func equal(one, other []nodeapi.Setting) bool {
	return len(one) == len(other) && (len(one) == 0 || reflect.DeepEqual(one, other))
}

// patch writes nothing when nothing has changed.
func (a *agent) patch(ctx context.Context, node *nodeapi.Node, fields map[string]any) {
	if len(fields) == 0 {
		return
	}
	_, err := a.client.PatchStatus(ctx, node, fields)
	if err != nil && !apierrors.IsConflict(err) && ctx.Err() == nil {
		a.log.Error("report", "problem", err)
	}
}

// reportStopped keeps plans from counting on an agent that has stopped. If another one follows, that grants already.
func (a *agent) reportStopped() {
	if _, seen := a.latest(); !seen || a.writer == nil || a.turn.Followed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	node, err := a.client.Get(ctx)
	if err != nil {
		a.log.Error("report", "problem", err)
		return
	}
	const stopped = "the agent has stopped"
	fields := map[string]any{}
	if status := node.Status.OpenFiles; status != nil && status.Serving {
		fields["openFiles"] = map[string]any{"serving": false, "message": stopped}
	}
	if status := node.Status.Pods; status != nil && status.Serving {
		fields["pods"] = map[string]any{"serving": false, "message": stopped}
	}
	a.patch(ctx, node, fields)
}
