package main

import (
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nri"
)

// why is why no pods are tuned; empty if they are.
func (p *pods) why(connection nri.State) string {
	switch {
	case p == nil:
		return "this agent is one that does not tune pods: the operator replaces it by one that does"
	case !connection.Serving:
		return connection.Message
	case !p.plans.Known():
		return "the API server has not yet reported the plans of pods"
	}
	return ""
}

// status is what the WebSocketNodeState shows of it; nil if no pods are to be tuned.
func (p *pods) status(wanted *nodeapi.Pods, connection nri.State) *nodeapi.PodsStatus {
	if wanted == nil {
		return nil
	}
	message := p.why(connection)
	status := &nodeapi.PodsStatus{Serving: message == "", Message: nodeapi.Message(message)}
	if p == nil {
		return status
	}
	status.SysctlsMessage = nodeapi.Message(p.keeper.Sysctls())
	status.Sysctls = status.SysctlsMessage == ""
	programs, counts := p.possible()
	status.ProgramsMessage, status.CountsMessage = nodeapi.Message(programs), nodeapi.Message(counts)
	status.Programs, status.Counts = programs == "", counts == ""
	status.OtherProblem = nodeapi.Message(p.keeper.Problem())
	return status
}

func (p *pods) possible() (programs, counts string) {
	if p.options.kernel == nil {
		return p.options.noKernel, p.options.noKernel
	}
	noPrograms, noCounts := p.options.kernel.Possible()
	return text(noPrograms), text(noCounts)
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// patchPods names every field because a merge patch leaves alone what it does not name.
func patchPods(status *nodeapi.PodsStatus) any {
	if status == nil {
		return nil
	}
	fields := map[string]any{"serving": status.Serving, "sysctls": status.Sysctls, "programs": status.Programs, "counts": status.Counts}
	for name, message := range map[string]string{
		"message": status.Message, "sysctlsMessage": status.SysctlsMessage, "programsMessage": status.ProgramsMessage,
		"countsMessage": status.CountsMessage, "otherProblem": status.OtherProblem,
	} {
		fields[name] = nil
		if message != "" {
			fields[name] = message
		}
	}
	return fields
}
