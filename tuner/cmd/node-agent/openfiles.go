package main

import (
	"context"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nri"
	"wstuning.dev/tuner/internal/openfiles"
)

// openFiles is what the status shows about granting open files.
func (a *agent) openFiles(node *nodeapi.Node, state nri.State) *nodeapi.OpenFilesStatus {
	status := &nodeapi.OpenFilesStatus{
		Serving: state.Serving, Message: nodeapi.Message(state.Message), OtherPlugin: state.OtherPlugin,
		Runtime:      &nodeapi.Limits{Soft: a.ceiling.inherited.Soft, Hard: a.ceiling.inherited.Hard},
		HighestGrant: a.highestGrant(node.Status),
	}
	if asked := node.Spec.OpenFiles; asked != nil {
		status.Limit = a.ceiling.limit(asked.Maximum)
	}
	return status
}

// highestGrant is what the agent before this one reported, until the runtime has listed its containers: these outlive
// agents, but not the boot of the node.
func (a *agent) highestGrant(reported nodeapi.Status) uint64 {
	limit, known := a.connection.HighestGrant()
	if !known && reported.BootID == a.boot && reported.OpenFiles != nil {
		return reported.OpenFiles.HighestGrant
	}
	return limit
}

// patchOpenFiles names every field because a merge patch leaves alone what it does not name.
func (a *agent) patchOpenFiles(status *nodeapi.OpenFilesStatus) map[string]any {
	fields := map[string]any{
		"serving": status.Serving, "runtime": status.Runtime, "message": nil, "limit": nil, "highestGrant": nil, "otherPlugin": nil,
	}
	if status.Message != "" {
		fields["message"] = status.Message
	}
	if status.Limit != 0 {
		fields["limit"] = status.Limit
	}
	if status.HighestGrant != 0 {
		fields["highestGrant"] = status.HighestGrant
	}
	if status.OtherPlugin {
		fields["otherPlugin"] = true
	}
	return fields
}

// policy is called for each container.
func (a *agent) policy() (openfiles.Limits, uint64) {
	maximum := uint64(0)
	if node := a.latest(); node != nil && node.Spec.OpenFiles != nil {
		maximum = node.Spec.OpenFiles.Maximum
	}
	return a.ceiling.present(), a.ceiling.limit(maximum)
}

// reportStopped keeps plans from counting on an agent that has stopped.
func (a *agent) reportStopped() {
	if a.latest() == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	node, err := a.client.Get(ctx)
	if err != nil {
		a.log.Error("report", "problem", err)
		return
	}
	if status := node.Status.OpenFiles; status != nil && status.Serving {
		a.patch(ctx, node, map[string]any{"openFiles": map[string]any{"serving": false, "message": "the agent has stopped"}})
	}
}
