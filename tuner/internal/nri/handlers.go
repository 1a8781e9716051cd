package nri

import (
	"context"
	"strconv"

	"github.com/containerd/nri/pkg/api"

	"wstuning.dev/tuner/internal/podtune"
)

// first is what the runtime calls before other plugins. Its methods decide which events the runtime sends.
type first struct {
	plugin       *plugin
	synchronized func()
}

// Synchronize is the last step of connecting.
func (f first) Synchronize(context.Context, []*api.PodSandbox, []*api.Container) ([]*api.ContainerUpdate, error) {
	f.synchronized()
	return nil, nil
}

func (f first) CreateContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) (*api.ContainerAdjustment, []*api.ContainerUpdate, error) {
	f.plugin.see(container)
	return nil, nil, nil
}

// last is what the runtime calls after other plugins.
type last struct {
	plugin       *plugin
	synchronized func()
	version      func() string // of NRI in the runtime, known when Configure is called
	runtime      *runtime
}

// Configure is the first step of connecting.
func (l last) Configure(_ context.Context, _, name, version string) (api.EventMask, error) {
	*l.runtime = runtime{name, version, l.version()}
	return 0, nil
}

// Synchronize is the last step of connecting.
func (l last) Synchronize(_ context.Context, pods []*api.PodSandbox, containers []*api.Container) ([]*api.ContainerUpdate, error) {
	l.plugin.synchronize(containers)
	l.plugin.pods.Synchronize(seen(pods, containers, l.plugin.inherited()), podtune.Runtime{Name: l.runtime.name, NoSysctls: l.runtime.noSysctls()})
	l.synchronized()
	return nil, nil
}

func (l last) CreateContainer(_ context.Context, pod *api.PodSandbox, container *api.Container) (*api.ContainerAdjustment, []*api.ContainerUpdate, error) {
	wanted, err := l.plugin.pods.Creating(with(pod, container), containerOf(container, l.plugin.inherited()))
	if err != nil {
		return nil, nil, err
	}
	adjustment := &api.ContainerAdjustment{}
	l.plugin.addSysctls(adjustment, pod, container, wanted.Sysctls)
	if wanted.Note != "" {
		adjustment.AddAnnotation(tuned, wanted.Note)
	}
	if grant := l.plugin.decide(pod, container, wanted.OpenFiles); grant != nil {
		adjustment.AddRlimit(nofile, grant.Hard, grant.Soft)
		adjustment.AddAnnotation(granted, strconv.FormatUint(grant.Hard, 10))
	}
	if adjustment.Linux == nil && adjustment.Annotations == nil {
		return nil, nil, nil
	}
	return adjustment, nil, nil
}

// StartContainer comes when the runtime has created the container's process with its limits.
func (l last) StartContainer(_ context.Context, pod *api.PodSandbox, container *api.Container) error {
	l.plugin.started(pod, container)
	l.plugin.pods.Started(with(pod, container), containerOf(container, l.plugin.inherited()))
	return nil
}

// StopContainer is called when the container has ended for any reason.
func (l last) StopContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) ([]*api.ContainerUpdate, error) {
	l.plugin.stopped(container)
	return nil, nil
}

// StopPodSandbox is called when the sandbox has ended. The kubelet removes it later, and may make another one for the pod before.
func (l last) StopPodSandbox(_ context.Context, pod *api.PodSandbox) error {
	l.plugin.pods.Removed(pod.GetId())
	return nil
}

func (l last) RemovePodSandbox(_ context.Context, pod *api.PodSandbox) error {
	l.plugin.removed(pod)
	l.plugin.pods.Removed(pod.GetId())
	return nil
}
