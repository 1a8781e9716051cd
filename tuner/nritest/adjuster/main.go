// Command adjuster is a second plugin of the container runtime, for tests: like the ulimit-adjuster of
// github.com/containerd/nri, which is in no module registry, it sets the limits that annotations want without looking
// at what the container has, and fails the container when it does not understand them. Its flags are the same.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/containerd/nri/pkg/api"
	"github.com/containerd/nri/pkg/stub"
	"sigs.k8s.io/yaml"
)

func main() {
	name := flag.String("name", "ulimit-adjuster", "`NAME` of the plugin")
	index := flag.String("idx", "10", "two `DIGITS`: plugins with lower ones are called earlier")
	flag.Parse()
	plugin, err := stub.New(adjuster{}, stub.WithPluginName(*name), stub.WithPluginIdx(*index))
	if err == nil {
		err = plugin.Run(context.Background())
	}
	fmt.Fprintln(os.Stderr, "adjuster:", err)
	os.Exit(1)
}

type adjuster struct{}

type limit struct {
	Type string `json:"type"`
	Soft uint64 `json:"soft"`
	Hard uint64 `json:"hard"`
}

func (adjuster) CreateContainer(_ context.Context, pod *api.PodSandbox, container *api.Container) (*api.ContainerAdjustment, []*api.ContainerUpdate, error) {
	var limits []limit
	annotation := "ulimits.noderesource.dev/container." + container.GetName()
	if err := yaml.Unmarshal([]byte(pod.GetAnnotations()[annotation]), &limits); err != nil {
		return nil, nil, fmt.Errorf("annotation %s: %w", annotation, err)
	}
	adjustment := &api.ContainerAdjustment{}
	for _, limit := range limits {
		name := strings.TrimPrefix(strings.ToUpper(limit.Type), "RLIMIT_")
		adjustment.AddRlimit("RLIMIT_"+name, limit.Hard, limit.Soft)
	}
	return adjustment, nil, nil
}
