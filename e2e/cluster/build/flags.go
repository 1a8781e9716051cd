package build

import (
	"fmt"
	"strings"
)

func (m Module) linkerFlags(version string) string {
	flags := "-s -w"
	if m.ldflags != nil {
		flags += " " + m.ldflags(version)
	}
	return flags
}

// kubernetesVersion sets what Kubernetes' own build sets: without it feature gates take their alpha defaults for
// version 0.0 and clients refuse the server.
func kubernetesVersion(version string) string {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) != 3 {
		return ""
	}
	return fmt.Sprintf("-X k8s.io/component-base/version.gitVersion=%[1]s -X k8s.io/component-base/version.gitMajor=%[2]s "+
		"-X k8s.io/component-base/version.gitMinor=%[3]s -X k8s.io/client-go/pkg/version.gitVersion=%[1]s", version, parts[0], parts[1])
}

func (m Module) cgo() string {
	if m.tags == "" {
		return "0"
	}
	return "1"
}
