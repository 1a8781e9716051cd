package nri

import (
	"strconv"

	"github.com/containerd/nri/pkg/api"
)

// granted is the annotation of a container that notes the hard limit that it was granted. The runtime keeps it with the
// container and hands it over when the plugin connects, so that another agent knows what the one before it granted.
const granted = "wstuning.dev/granted-open-files"

// grants are the limits of the containers that run with what they were granted, by the id of the container.
type grants map[string]grant

type grant struct {
	pod  string // the id of the sandbox
	hard uint64
}

// grantsOf are those of the containers that the runtime has when the plugin connects.
func grantsOf(containers []*api.Container) grants {
	found := grants{}
	for _, container := range containers {
		if hard, known := grantOf(container); known && container.GetState() != api.ContainerState_CONTAINER_STOPPED {
			found[container.GetId()] = grant{container.GetPodSandboxId(), hard}
		}
	}
	return found
}

// grantOf is the limit that this agent, or another one of the node, granted a container.
func grantOf(container *api.Container) (hard uint64, known bool) {
	hard, err := strconv.ParseUint(container.GetAnnotations()[granted], 10, 63)
	return hard, err == nil
}

// highest is 0 if there are none.
func (g grants) highest() (limit uint64) {
	for _, grant := range g {
		limit = max(limit, grant.hard)
	}
	return limit
}
