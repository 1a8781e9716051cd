package podplan

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// exclusions are the names that the samples have.
var exclusions = map[string]Exclusion{
	"HOST_NETWORK": HostNetwork, "HOST_PID": HostPID, "SHARED_PROCESSES": SharedProcesses, "MIRROR": StaticPod, "ADMITTED": Admitted,
	"OTHER_KERNEL": OtherKernel,
}

type sample struct {
	Tunings []Named
	Pod     struct {
		Metadata struct{ Labels, Annotations map[string]string }
		Spec     struct {
			Containers                                  []struct{ Name string }
			HostNetwork, HostPID, ShareProcessNamespace bool
			HostUsers                                   *bool
			RuntimeClassName                            string
		}
	}
	Owner, Excluded, Server *string
	ExcludedBy              string
	OpenFiles               bool
}

// facts are what kubelet and container runtime make of the pod.
func (s sample) facts() Facts {
	spec := s.Pod.Spec
	facts := Facts{Labels: maps.Clone(s.Pod.Metadata.Labels), Annotations: maps.Clone(s.Pod.Metadata.Annotations), Handler: spec.RuntimeClassName}
	if facts.Labels == nil {
		facts.Labels = map[string]string{}
	}
	facts.Labels["io.kubernetes.pod.name"] = "chat-0"
	if facts.Annotations == nil {
		facts.Annotations = map[string]string{}
	}
	facts.Annotations["kubernetes.io/config.source"] = "api"
	if _, mirror := facts.Annotations["kubernetes.io/config.mirror"]; mirror {
		facts.Annotations["kubernetes.io/config.source"] = "file"
	}
	facts.Namespaces = []string{"ipc", "uts", "mount"}
	if !spec.HostNetwork {
		facts.Namespaces = append(facts.Namespaces, "network")
	}
	if !spec.HostPID {
		facts.Namespaces = append(facts.Namespaces, "pid")
	}
	if spec.HostUsers != nil && !*spec.HostUsers {
		facts.Namespaces = append(facts.Namespaces, "user")
	}
	facts.SharesProcesses = spec.ShareProcessNamespace
	return facts
}

func TestPodsBelongToTuningsAsTheOperatorDecides(t *testing.T) {
	files, err := filepath.Glob("../../testdata/pods/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want sample
			if err := json.Unmarshal(content, &want); err != nil {
				t.Fatal(err)
			}
			check(t, want)
		})
	}
}

func check(t *testing.T, want sample) {
	facts := want.facts()
	owner := Owner(want.Tunings, facts.Labels)
	if want.Owner == nil {
		if owner != nil {
			t.Errorf("%s owns it", owner.Name)
		}
		return
	}
	if owner == nil || owner.Name != *want.Owner {
		t.Fatalf("the owner is %v, want %s", owner, *want.Owner)
	}
	excluded, byAgent := None, want.ExcludedBy != "operator"
	if want.Excluded != nil && byAgent {
		known := false
		if excluded, known = exclusions[*want.Excluded]; !known {
			t.Fatalf("there is no exclusion %s", *want.Excluded)
		}
	}
	if got := facts.Excluded(); got != excluded {
		t.Errorf("excluded by %q, want %q", got, excluded)
	}
	if got := facts.Excluded().AllowsOpenFiles(); got != want.OpenFiles && byAgent {
		t.Errorf("open files are allowed: %v", got)
	}
	for _, container := range want.Pod.Spec.Containers {
		may := facts.MayServe(owner.Plan, container.Name)
		if is := want.Server != nil && *want.Server == container.Name; may != is {
			t.Errorf("container %s may serve: %v", container.Name, may)
		}
	}
}
