package podplan

import "slices"

// Excluded is why the agent leaves the pod alone; None if it does not.
func (f Facts) Excluded() Exclusion {
	switch {
	case f.Static():
		return StaticPod
	case f.Admitted():
		return Admitted
	case f.Handler != "" && !slices.Contains(handlers, f.Handler):
		return OtherKernel
	case len(f.Namespaces) == 0:
		return Unknown
	case !slices.Contains(f.Namespaces, "network"):
		return HostNetwork
	case !slices.Contains(f.Namespaces, "pid"):
		return HostPID
	case f.SharesProcesses:
		return SharedProcesses
	}
	return None
}

// Static reports whether the kubelet has the pod from a file or an address, and not from the API server.
func (f Facts) Static() bool {
	from, known := f.Annotations[source]
	return known && from != "api"
}

// Admitted reports whether the operator tuned the pod at admission.
func (f Facts) Admitted() bool {
	_, admitted := f.Annotations[tuned]
	return admitted
}

// AdmittedBy is the name of the tuning by which the operator tuned the pod at admission; empty if it did not.
func (f Facts) AdmittedBy() string { return f.Annotations[tuned] }

// HasUserNamespace reports whether root in the pod is not root on the node.
func (f Facts) HasUserNamespace() bool { return slices.Contains(f.Namespaces, "user") }

// MayServe reports whether the container of that name may be the server: it is named by the plan, or else by the pod as its
// default container. If neither names one, every container may be, because the runtime does not show how many a pod has.
func (f Facts) MayServe(plan Plan, container string) bool {
	named := plan.Container
	if named == "" {
		named = f.Annotations[server]
	}
	return named == "" || named == container
}
