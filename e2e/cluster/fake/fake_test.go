package fake

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestEveryFileIsWritten(t *testing.T) {
	files, err := WriteStages(t.TempDir())
	if err != nil || len(files) != 5 {
		t.Fatalf("got %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), "kwok.x-k8s.io/v1alpha1") {
			t.Errorf("%s is not for KWOK: %v", file, err)
		}
	}
}

func TestANodeCanBeFoundAndAttractsNobody(t *testing.T) {
	text, err := Node(7, "v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	var node struct {
		Metadata struct {
			Name                string
			Labels, Annotations map[string]string
		}
		Spec   struct{ Taints []struct{ Effect string } }
		Status struct {
			NodeInfo struct{ KubeletVersion string }
		}
	}
	if err := json.Unmarshal(text, &node); err != nil {
		t.Fatal(err)
	}
	label, value, _ := strings.Cut(Label, "=")
	annotation, fake, _ := strings.Cut(Annotation, "=")
	if node.Metadata.Name != Name(7) || node.Metadata.Labels[label] != value || node.Metadata.Annotations[annotation] != fake {
		t.Errorf("not to be found: %s", text)
	}
	if len(node.Spec.Taints) != 1 || node.Spec.Taints[0].Effect != "NoSchedule" {
		t.Errorf("attracts pods: %s", text)
	}
	if node.Status.NodeInfo.KubeletVersion != "v1.2.3" {
		t.Errorf("another kubelet: %s", text)
	}
}
