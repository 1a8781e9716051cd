package main

import (
	"context"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nri"
)

// openFiles is what the status says about granting open files.
func (a *agent) openFiles(asked *nodeapi.OpenFiles, state nri.State) *nodeapi.OpenFilesStatus {
	status := &nodeapi.OpenFilesStatus{
		Serving: state.Serving, Message: nodeapi.Message(state.Message), OtherPlugin: state.OtherPlugin,
		Runtime: &nodeapi.Limits{Soft: a.ceiling.inherited.Soft, Hard: a.ceiling.inherited.Hard},
	}
	if asked != nil {
		status.Limit = a.ceiling.limit(asked.Maximum)
	}
	return status
}

// patchOpenFiles names every field, for a merge patch leaves alone what it does not name.
func (a *agent) patchOpenFiles(status *nodeapi.OpenFilesStatus) map[string]any {
	fields := map[string]any{
		"serving": status.Serving, "runtime": status.Runtime, "message": nil, "limit": nil, "otherPlugin": nil,
	}
	if status.Message != "" {
		fields["message"] = status.Message
	}
	if status.Limit != 0 {
		fields["limit"] = status.Limit
	}
	if status.OtherPlugin {
		fields["otherPlugin"] = true
	}
	return fields
}

// sayGoodbye lets no plan count on an agent that has stopped.
func (a *agent) sayGoodbye() {
	node := a.latest()
	if node == nil || node.Status.OpenFiles == nil || !node.Status.OpenFiles.Serving {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	a.patch(ctx, node, map[string]any{"openFiles": map[string]any{"serving": false, "message": "the agent has stopped"}})
}
