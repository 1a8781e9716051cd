package main

import (
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/openfiles"
)

const (
	notAsked = "no WebSocketNodeTuning with openFiles selects this node"
	noSocket = "this agent is one for sysctls alone: the operator replaces it by one that can grant open files"
)

// openFiles is what the status shows about granting open files.
func (a *agent) openFiles(asked *nodeapi.OpenFiles) *nodeapi.OpenFilesStatus {
	state := a.connection.State()
	status := &nodeapi.OpenFilesStatus{
		Runtime:      &nodeapi.Limits{Soft: a.ceiling.inherited.Soft, Hard: a.ceiling.inherited.Hard},
		HighestGrant: a.highestGrant(),
		FailedStarts: a.connection.FailedStarts(),
	}
	switch {
	case asked == nil:
		status.Message = notAsked
		return status
	case !a.grants:
		status.Message = noSocket
	default:
		status.Serving, status.Message, status.OtherPlugin = state.Serving, nodeapi.Message(state.Message), state.OtherPlugin
	}
	status.Limit = a.ceiling.limit(asked.Maximum)
	return status
}

// highestGrant is what was known before, until the runtime has listed its containers: these outlive agents.
func (a *agent) highestGrant() uint64 {
	limit, known := a.connection.HighestGrant()
	if !known && a.writer != nil {
		return a.writer.journal.HighestGrant()
	}
	return limit
}

// patchOpenFiles names every field because a merge patch leaves alone what it does not name.
func patchOpenFiles(status *nodeapi.OpenFilesStatus) map[string]any {
	fields := map[string]any{
		"serving": status.Serving, "runtime": status.Runtime, "message": nil, "limit": nil, "highestGrant": nil, "otherPlugin": nil,
		"failedStarts": nil,
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
	if status.FailedStarts != 0 {
		fields["failedStarts"] = status.FailedStarts
	}
	return fields
}

// policy is called for each container.
func (a *agent) policy() (openfiles.Limits, uint64) {
	maximum := uint64(0)
	if node, _ := a.latest(); node != nil && node.Spec.OpenFiles != nil {
		maximum = node.Spec.OpenFiles.Maximum
	}
	return a.ceiling.present(), a.ceiling.limit(maximum)
}
