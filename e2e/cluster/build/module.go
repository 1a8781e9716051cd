// Package build makes the node's programs from Go modules and keeps them in a cache.
package build

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strings"
)

// Module is one folder of modules/: a Go module of its own, so that the dependencies of one program don't meet another's.
type Module struct {
	Name string
	// dependency is the required module whose version is the program's version; empty when the source is ours.
	dependency string
	// packages are what to build; "." is our own main package.
	packages []string
	// output names the program where it is not the last element of the package's path.
	output string
	// ldflags are given the version.
	ldflags func(version string) string
	// tags are build tags of a module with C code in it, which is then linked statically. Others have none.
	tags string
}

// Kubernetes is all of Kubernetes in one program, see modules/kubernetes/main.go.
var Kubernetes = Module{
	Name: "kubernetes", dependency: "k8s.io/kubernetes", packages: []string{"."}, output: "kubernetes", ldflags: kubernetesVersion,
}

// Etcd is the API server's database.
var Etcd = Module{
	Name: "etcd", dependency: "go.etcd.io/etcd/server/v3", packages: []string{"go.etcd.io/etcd/server/v3"}, output: "etcd",
}

// Containerd is the container runtime with its shim and its command-line client.
var Containerd = Module{
	Name: "containerd", dependency: "github.com/containerd/containerd/v2",
	packages: []string{
		"github.com/containerd/containerd/v2/cmd/containerd",
		"github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
		"github.com/containerd/containerd/v2/cmd/ctr",
	},
	ldflags: func(version string) string {
		return "-X github.com/containerd/containerd/v2/version.Version=" + version
	},
}

// Runc starts containers on the modern node.
var Runc = Module{
	Name: "runc", dependency: "github.com/opencontainers/runc", packages: []string{"github.com/opencontainers/runc"},
	tags: "seccomp netgo osusergo", ldflags: func(string) string { return "-extldflags -static" },
}

// Kwok plays the kubelets of fake nodes.
var Kwok = Module{Name: "kwok", dependency: "sigs.k8s.io/kwok", packages: []string{"sigs.k8s.io/kwok/cmd/kwok"}}

// Pause is the program of the pause image.
var Pause = Module{Name: "pause", packages: []string{"."}, output: "pause"}

// Version is the version of the module's dependency, as its go.mod says; empty for our own source.
func (m Module) Version(modules string) (string, error) {
	if m.dependency == "" {
		return "", nil
	}
	file := filepath.Join(modules, m.Name, "go.mod")
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the version of %s: %w", m.Name, err)
	}
	return requiredVersion(string(text), m.dependency, file)
}

func requiredVersion(goMod, dependency, file string) (string, error) {
	line := regexp.MustCompile(`(?m)^(?:require)?\s+` + regexp.QuoteMeta(dependency) + `\s+(v\S+)`)
	match := line.FindStringSubmatch(goMod)
	if match == nil {
		return "", fmt.Errorf("%s does not require %s", file, dependency)
	}
	return match[1], nil
}

// Key names the module's folder in the cache. It changes with everything that goes into the programs.
func (m Module) Key(modules string) (string, error) {
	version, err := m.Version(modules)
	if err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(modules, m.Name, "*"))
	if err != nil {
		return "", fmt.Errorf("list the module %s: %w", m.Name, err)
	}
	sort.Strings(files)
	hash := sha256.New()
	fmt.Fprintln(hash, runtime.Version(), runtime.GOARCH, m.packages, m.linkerFlags(version)+m.tags)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("compute the cache key of %s: %w", m.Name, err)
		}
		fmt.Fprintln(hash, filepath.Base(file), len(content))
		hash.Write(content)
	}
	name := strings.TrimSuffix(m.Name+"-"+version, "-")
	return fmt.Sprintf("%s-%x", name, hash.Sum(nil)[:6]), nil
}
