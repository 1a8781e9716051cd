package nri

import (
	"fmt"
	"slices"

	"github.com/containerd/nri/pkg/api"

	"wstuning.dev/tuner/internal/openfiles"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/podtune"
)

// Pods is what decides about pods as a whole; podtune.Keeper does.
type Pods interface {
	Synchronize([]podtune.Seen, podtune.Runtime)
	Creating(podtune.Sandbox, podtune.Container) (podtune.Adjustment, error)
	Started(podtune.Sandbox, podtune.Container)
	Removed(sandbox string)
}

// noPods is for agents that grant open files only.
type noPods struct{}

func (noPods) Synchronize([]podtune.Seen, podtune.Runtime) {}
func (noPods) Creating(podtune.Sandbox, podtune.Container) (podtune.Adjustment, error) {
	return podtune.Adjustment{}, nil
}
func (noPods) Started(podtune.Sandbox, podtune.Container) {}
func (noPods) Removed(string)                             {}

// tuned is the annotation of a container by which the next agent knows what this one did to the pod.
const tuned = "wstuning.dev/node-agent"

// seen pairs pods with their containers that have not ended.
func seen(pods []*api.PodSandbox, containers []*api.Container, inherited openfiles.Limits) []podtune.Seen {
	found := make([]podtune.Seen, len(pods))
	index := map[string]int{}
	for i, pod := range pods {
		found[i].Sandbox = sandbox(pod)
		index[pod.GetId()] = i
	}
	for _, container := range containers {
		i, known := index[container.GetPodSandboxId()]
		if !known || container.GetState() == api.ContainerState_CONTAINER_STOPPED {
			continue
		}
		found[i].Facts.SharesProcesses = found[i].Facts.SharesProcesses || shares(pods[i], container)
		found[i].Containers = append(found[i].Containers, containerOf(container, inherited))
	}
	return found
}

func sandbox(pod *api.PodSandbox) podtune.Sandbox {
	var namespaces []string
	for _, namespace := range pod.GetLinux().GetNamespaces() {
		namespaces = append(namespaces, namespace.GetType())
	}
	return podtune.Sandbox{
		ID: pod.GetId(), UID: pod.GetUid(), Namespace: pod.GetNamespace(), Name: pod.GetName(), CgroupParent: pod.GetLinux().GetCgroupParent(),
		Facts: podplan.Facts{
			Labels: pod.GetLabels(), Annotations: pod.GetAnnotations(), Handler: pod.GetRuntimeHandler(), Namespaces: namespaces,
		},
	}
}

// with adds what only a container shows of its pod.
func with(pod *api.PodSandbox, container *api.Container) podtune.Sandbox {
	made := sandbox(pod)
	made.Facts.SharesProcesses = shares(pod, container)
	return made
}

func containerOf(container *api.Container, inherited openfiles.Limits) podtune.Container {
	if set := limits(container); len(set) > 0 {
		inherited = set[len(set)-1]
	}
	return podtune.Container{
		ID: container.GetId(), Name: container.GetName(), Note: container.GetAnnotations()[tuned],
		Running: container.GetState() == api.ContainerState_CONTAINER_RUNNING, Joined: joined(container) != "",
		Limits: inherited, Sysctls: container.GetLinux().GetSysctl(),
	}
}

// joined is the place of the namespace of processes that the container enters; empty if it has its own.
func joined(container *api.Container) string {
	namespaces := container.GetLinux().GetNamespaces()
	i := slices.IndexFunc(namespaces, func(n *api.LinuxNamespace) bool { return n.GetType() == "pid" })
	if i < 0 {
		return ""
	}
	return namespaces[i].GetPath()
}

// shares reports whether the container is among the processes of the sandbox. An ephemeral container may be among those of
// another container instead.
func shares(pod *api.PodSandbox, container *api.Container) bool {
	place := joined(container)
	return place != "" && (pod.GetPid() == 0 || place == fmt.Sprintf("/proc/%d/ns/pid", pod.GetPid()))
}

// addSysctls leaves out what another plugin set: the runtime refuses containers for which two plugins set the same.
func (p *plugin) addSysctls(adjustment *api.ContainerAdjustment, pod *api.PodSandbox, container *api.Container, wanted map[string]string) {
	for key, value := range wanted {
		if present, set := container.GetLinux().GetSysctl()[key]; set {
			p.log.Info("left a sysctl alone, because another plugin set it", "pod", pod.GetNamespace()+"/"+pod.GetName(), "key", key, "value", present)
			continue
		}
		adjustment.SetLinuxSysctl(key, value)
	}
}
