// Package node starts a real single-node Kubernetes on this machine, looks after it and removes it without a trace.
package node

import (
	"path/filepath"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/config"
	"wstuning.dev/e2e/cluster/debian"
	"wstuning.dev/e2e/cluster/kube"
	"wstuning.dev/e2e/cluster/network"
)

const (
	// Root is where the node keeps everything. There is one node a machine, so it is not in the checkout.
	Root = "/var/tmp/wstuning"
	// State is everything of the running node.
	State = Root + "/node"
	// Logs are the programs' logs and the API server's audit log.
	Logs = State + "/logs"
	// LastLogs are the logs of the last node after it is down.
	LastLogs = Root + "/last-logs"
	// Kubeconfig is the administrator's.
	Kubeconfig = State + "/admin.kubeconfig"
	// Socket is containerd's.
	Socket = State + "/containerd.sock"
	// AuditLog has one JSON line a write.
	AuditLog = Logs + "/audit.log"

	// Certificates is the folder of the cluster's certificates and keys.
	Certificates = pki
	// PauseImage is what holds the namespaces of pods.
	PauseImage = "localhost/wstuning/pause:dev"
	// ModernName is the name of the modern node, and ModernKubelet that of its kubelet's certificate.
	ModernName    = "wstuning-modern"
	ModernKubelet = "modern-kubelet"

	// agentJournal is what the node agent keeps until the node boots again.
	agentJournal = "/run/wstuning"

	name   = "wstuning-node"
	server = "https://127.0.0.1:6443"
	pki    = State + "/pki"
)

// ports are what the node's programs listen on.
var ports = []int{2379, 2380, 6443, 10247, 10248, 10249, 10250, 10256, 10257, 10259}

// outside are the folders that programs insist on outside of the state folder, parents first.
var outside = []string{
	"/run/nri", agentJournal, "/var/lib/kubelet", "/var/lib/kubelet/device-plugins", "/var/log/containers", "/var/lib/cni", "/var/lib/cni/results",
	cgroup.Unified,
}

func configuration() config.Node {
	return config.Node{
		State: State, NodeName: name, NodeAddress: network.NodeAddress, PodSubnet: network.PodSubnet, Cgroup: cgroup.Name,
		ContainerdSocket: Socket, PauseImage: PauseImage, CNINetwork: network.CNINetwork, CNIPlugins: debian.CNIFolder, Server: server,
	}
}

// NewClient asks the cluster's API server.
func NewClient() (*kube.Client, error) { return kube.NewClient(server, pki) }

func logOf(program string) string {
	return filepath.Join(Logs, program+".log")
}
