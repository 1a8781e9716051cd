package podplan

// Exclusion is why the sysctls and sockets of a pod are left as its owner wrote them. Its text follows "the pod".
type Exclusion string

// The first five are also the operator's, which reads them from the pod. The agent sees what the runtime made of it.
const (
	None            Exclusion = ""
	StaticPod       Exclusion = "is a static pod of its node, which belongs to no tuning"
	HostNetwork     Exclusion = "uses the host's network, whose sysctls belong to the node"
	HostPID         Exclusion = "shares the host's processes, so its server cannot be distinguished from others"
	SharedProcesses Exclusion = "sets shareProcessNamespace, so its server cannot be distinguished from other containers"
	Admitted        Exclusion = "was tuned at admission"
	OtherKernel     Exclusion = "has a runtime class whose containers may run on a kernel of their own, which the node's agent does not reach"
	Unknown         Exclusion = "is in namespaces that the container runtime does not show, so they may be the node's"
)

// AllowsOpenFiles reports whether the server's limit may be set all the same: a limit belongs to a process.
func (e Exclusion) AllowsOpenFiles() bool {
	switch e {
	case None, HostNetwork, HostPID, SharedProcesses:
		return true
	}
	return false
}

// Facts are what the container runtime shows of a pod when one of its containers is created.
type Facts struct {
	Labels, Annotations map[string]string
	Handler             string // of the runtime class; empty for the default
	// Namespaces are the types of those that the pod has of its own; nil if the runtime does not show them.
	Namespaces      []string
	SharesProcesses bool // the container is in the namespace of processes of the sandbox
}

const (
	tuned  = "wstuning.dev/tuning"         // by admission
	source = "kubernetes.io/config.source" // where the kubelet has the pod from
	server = "kubectl.kubernetes.io/default-container"
)

// handlers are those known to run containers on the node's kernel, apart from the default one.
var handlers = []string{"runc", "crun", "youki", "nvidia", "nvidia-cdi", "nvidia-legacy"}
