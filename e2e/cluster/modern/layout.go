// Package modern is a second worker of the cluster in user-mode Linux: a node with systemd, cgroup v2 alone, the runtime's
// usual unit, and a kernel in which root may do everything. It can be switched off and booted again.
package modern

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"wstuning.dev/e2e/cluster/debian"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/node"
)

const (
	// Log has what its kernel, containerd and kubelet say.
	Log = node.Logs + "/modern.log"

	state      = node.State + "/modern"
	work       = state + "/build"
	disk       = state + "/disk"
	seedFile   = state + "/seed.tar"
	keys       = state + "/ssh"
	recordFile = state + "/record.json"

	server = "https://" + network.NodeAddress + ":6443"
	kernel = "/usr/bin/linux.uml"
	memory = 4 << 30
	// The guest's kubelet and containerd map a page at a time.
	mappings = 1_000_000
)

// Supported reports whether this machine can run one: user-mode Linux is built only for this architecture.
func Supported() bool { return runtime.GOARCH == "amd64" }

// guest is what the guest's files are rendered from.
type guest struct {
	NodeName, NodeAddress, Gateway, PauseImage, CNIPlugins, CNINetwork, PodSubnet, ClusterSubnet string
}

func configuration() guest {
	return guest{
		NodeName: node.ModernName, NodeAddress: network.ModernAddress, Gateway: network.TapAddress, PauseImage: node.PauseImage,
		CNIPlugins: debian.CNIFolder, CNINetwork: network.CNINetwork, PodSubnet: network.ModernPodSubnet, ClusterSubnet: network.ClusterSubnet,
	}
}

// environment is that of programs that build the node: only the user's proxy, through which packages come.
func environment() []string {
	bare := []string{"PATH=" + node.SystemPath, "HOME=/root", "TMPDIR=" + work}
	for _, name := range []string{"http_proxy", "https_proxy", "no_proxy"} {
		for _, name := range []string{name, strings.ToUpper(name)} {
			if value, set := os.LookupEnv(name); set {
				bare = append(bare, name+"="+value)
			}
		}
	}
	return bare
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

var errModules = errors.New("the package user-mode-linux brings no kernel modules in /usr/lib/uml/modules, or several versions")

// modules is the folder of the kernel's modules.
func modules() (string, error) {
	folders, err := filepath.Glob("/usr/lib/uml/modules/*")
	if err != nil || len(folders) != 1 {
		return "", errModules
	}
	return folders[0], nil
}
