package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"wstuning.dev/e2e/cluster/build"
	"wstuning.dev/e2e/cluster/certificates"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/process"
)

// Binaries are the folders of the node's programs.
type Binaries struct {
	Kubernetes, Etcd, Containerd, Pause string
}

// Modules are what a node is built from.
var Modules = []build.Module{build.Etcd, build.Containerd, build.Pause, build.Kubernetes}

func (b Binaries) folders() []string {
	return []string{b.Etcd, b.Containerd, b.Pause, b.Kubernetes}
}

// ImportImages is the command that imports an image archive, or one from its standard input for "-".
func (b Binaries) ImportImages(ctx context.Context, archive string) *exec.Cmd {
	return b.ContainerdClient(ctx, "images", "import", archive)
}

// ContainerdClient is a command of ctr about what the node's kubelet uses.
func (b Binaries) ContainerdClient(ctx context.Context, args ...string) *exec.Cmd {
	return b.ContainerdClientAt(ctx, Socket, args...)
}

// ContainerdClientAt is one of the containerd behind another socket.
func (b Binaries) ContainerdClientAt(ctx context.Context, socket string, args ...string) *exec.Cmd {
	ctr := exec.CommandContext(ctx, b.ctr(), append([]string{"--address", socket, "--namespace", "k8s.io"}, args...)...)
	ctr.Env = append(os.Environ(), "CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS=1")
	return ctr
}

func (b Binaries) ctr() string { return filepath.Join(b.Containerd, "ctr") }

// Kubectl is the Kubernetes client.
func (b Binaries) Kubectl() string { return filepath.Join(b.Kubernetes, "kubectl") }

var identities = map[string]certificates.Identity{
	"apiserver": {
		CommonName: "kube-apiserver",
		Names:      []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		Addresses:  []string{"127.0.0.1", network.NodeAddress, network.APIService},
	},
	"apiserver-kubelet-client": {CommonName: "kube-apiserver-kubelet-client", Organization: "system:masters"},
	"admin":                    {CommonName: "wstuning-admin", Organization: "system:masters"},
	"kube-controller-manager":  {CommonName: "system:kube-controller-manager"},
	"kube-scheduler":           {CommonName: "system:kube-scheduler"},
	"kube-proxy":               {CommonName: "system:kube-proxy"},
	"kubelet": {
		CommonName: "system:node:" + name, Organization: "system:nodes",
		Names: []string{name}, Addresses: []string{network.NodeAddress},
	},
	// The authority keeps no key: who may join later is decided now.
	ModernKubelet: {
		CommonName: "system:node:" + ModernName, Organization: "system:nodes",
		Names: []string{ModernName}, Addresses: []string{network.ModernAddress},
	},
}

func (b Binaries) etcd() process.Program {
	// Without fsync: the data does not have to outlive the machine.
	return program("etcd", filepath.Join(b.Etcd, "etcd"),
		"--data-dir="+State+"/etcd", "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379",
		"--listen-peer-urls=http://127.0.0.1:2380", "--initial-advertise-peer-urls=http://127.0.0.1:2380",
		"--initial-cluster=default=http://127.0.0.1:2380")
}

func (b Binaries) containerd() process.Program {
	p := program("containerd", filepath.Join(b.Containerd, "containerd"), "--config="+State+"/config/containerd.toml")
	// It finds its shim on the path, and pulls images through the user's proxy if there is one.
	p.Env = append(os.Environ(), "PATH="+b.Containerd+":"+SystemPath)
	return p
}

func (b Binaries) apiserver() process.Program {
	return b.kubernetes(apiserver,
		"--etcd-servers=http://127.0.0.1:2379",
		"--secure-port=6443", "--advertise-address="+network.NodeAddress,
		"--service-cluster-ip-range="+network.ServiceSubnet,
		"--client-ca-file="+pki+"/ca.crt", "--tls-cert-file="+pki+"/apiserver.crt", "--tls-private-key-file="+pki+"/apiserver.key",
		"--kubelet-certificate-authority="+pki+"/ca.crt",
		"--kubelet-client-certificate="+pki+"/apiserver-kubelet-client.crt", "--kubelet-client-key="+pki+"/apiserver-kubelet-client.key",
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+pki+"/sa.key", "--service-account-signing-key-file="+pki+"/sa.key",
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true", "--enable-aggregator-routing=true",
		"--audit-policy-file="+State+"/config/audit-policy.yaml", "--audit-log-path="+AuditLog,
		// Stories read on from a place in it: it must stay one file. In megabytes.
		"--audit-log-maxsize=100000")
}

func (b Binaries) controllerManager() process.Program {
	return b.kubernetes(controllerManager, kubeconfigOf(controllerManager),
		"--bind-address=127.0.0.1", "--leader-elect=false", "--use-service-account-credentials",
		// Within a minute, a node that has lost its power has to be known to be lost. The default is 50 seconds.
		"--node-monitor-grace-period=40s",
		"--root-ca-file="+pki+"/ca.crt", "--service-account-private-key-file="+pki+"/sa.key",
		// The default of 20 requests a second takes 10 minutes for 10,000 pods.
		"--kube-api-qps=200", "--kube-api-burst=300",
		// The pods' addresses come from the CNI configuration.
		"--controllers=*,-node-ipam-controller")
}

func (b Binaries) scheduler() process.Program {
	return b.kubernetes("kube-scheduler", kubeconfigOf("kube-scheduler"), "--bind-address=127.0.0.1", "--leader-elect=false")
}

func (b Binaries) kubelet() process.Program {
	return b.kubernetes("kubelet", kubeconfigOf("kubelet"), "--config="+State+"/config/kubelet.yaml",
		"--root-dir="+State+"/kubelet", "--cert-dir="+State+"/kubelet/pki", "--hostname-override="+name, "--node-ip="+network.NodeAddress)
}

func (b Binaries) proxy() process.Program {
	return b.kubernetes("kube-proxy", "--config="+State+"/config/kube-proxy.yaml")
}

func (b Binaries) kubernetes(name string, args ...string) process.Program {
	return program(name, filepath.Join(b.Kubernetes, name), args...)
}

// SystemPath is where a bare environment finds programs.
const SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// program has a bare environment: a proxy of the user's must not come between the parts of the node.
func program(name, path string, args ...string) process.Program {
	return process.Program{Name: name, Path: path, Args: args, Env: []string{"PATH=" + SystemPath, "HOME=/root"}, Log: logOf(name)}
}

func kubeconfigOf(user string) string {
	return "--kubeconfig=" + State + "/config/" + user + ".kubeconfig"
}

// Link gives the one Kubernetes program the names that it is called by.
func (b Binaries) Link() error {
	for _, alias := range strings.Fields("kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl") {
		if err := os.Symlink("kubernetes", filepath.Join(b.Kubernetes, alias)); err != nil && !os.IsExist(err) {
			return fmt.Errorf("name the program %s: %w", alias, err)
		}
	}
	return nil
}
