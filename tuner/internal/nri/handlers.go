package nri

import (
	"context"
	"strconv"

	"github.com/containerd/nri/pkg/api"
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
}

// Synchronize is the last step of connecting.
func (l last) Synchronize(_ context.Context, _ []*api.PodSandbox, containers []*api.Container) ([]*api.ContainerUpdate, error) {
	l.plugin.synchronize(containers)
	l.synchronized()
	return nil, nil
}

func (l last) CreateContainer(_ context.Context, pod *api.PodSandbox, container *api.Container) (*api.ContainerAdjustment, []*api.ContainerUpdate, error) {
	grant := l.plugin.decide(pod, container)
	if grant == nil {
		return nil, nil, nil
	}
	adjustment := &api.ContainerAdjustment{}
	adjustment.AddRlimit(nofile, grant.Hard, grant.Soft)
	adjustment.AddAnnotation(granted, strconv.FormatUint(grant.Hard, 10))
	return adjustment, nil, nil
}

// StartContainer comes when the runtime has created the container's process with its limits.
func (l last) StartContainer(_ context.Context, pod *api.PodSandbox, container *api.Container) error {
	l.plugin.started(pod, container)
	return nil
}

// StopContainer is called when the container has ended for any reason.
func (l last) StopContainer(_ context.Context, _ *api.PodSandbox, container *api.Container) ([]*api.ContainerUpdate, error) {
	l.plugin.stopped(container)
	return nil, nil
}

func (l last) RemovePodSandbox(_ context.Context, pod *api.PodSandbox) error {
	l.plugin.removed(pod)
	return nil
}
