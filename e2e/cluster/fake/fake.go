// Package fake has nodes that do not exist, and the stages by which KWOK plays their kubelets: it writes the statuses of
// nodes and pods, and the reports that programs of the operator would leave in these.
package fake

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Label is on every fake node.
const Label = "type=kwok"

// Annotation is what KWOK looks for.
const Annotation = "kwok.x-k8s.io/node=fake"

//go:embed stages
var stages embed.FS

// WriteStages writes the stages into a folder, and returns their files.
func WriteStages(folder string) ([]string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of stages: %w", err)
	}
	found, err := fs.Glob(stages, "stages/*.yaml")
	if err != nil {
		return nil, err
	}
	var files []string
	for _, name := range found {
		text, err := stages.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(folder, filepath.Base(name))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, fmt.Errorf("write a stage: %w", err)
		}
		files = append(files, file)
	}
	return files, nil
}

// Name of a fake node; the first is fake-1.
func Name(number int) string { return fmt.Sprintf("fake-%d", number) }

type object map[string]any

// Node is the object of a node that is Ready, with a kubelet of this version. Only a pod that names it or tolerates its taint
// gets there.
func Node(number int, version string) ([]byte, error) {
	now := time.Now().UTC().Format(time.RFC3339)
	resources := object{"cpu": "1k", "memory": "1Ti", "pods": "10k"}
	return json.Marshal(object{
		"apiVersion": "v1",
		"kind":       "Node",
		"metadata": object{
			"name":        Name(number),
			"annotations": object{"kwok.x-k8s.io/node": "fake"},
			"labels": object{
				"type":                   "kwok",
				"kubernetes.io/hostname": Name(number), "kubernetes.io/os": "linux", "kubernetes.io/arch": runtime.GOARCH,
			},
		},
		"spec": object{"taints": []object{{"key": "kwok.x-k8s.io/node", "value": "fake", "effect": "NoSchedule"}}},
		"status": object{
			"capacity": resources, "allocatable": resources,
			"conditions": []object{{
				"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
				"lastHeartbeatTime": now, "lastTransitionTime": now,
			}},
			"nodeInfo": object{
				"kubeletVersion": version, "containerRuntimeVersion": "containerd://2.3.7", "kernelVersion": "6.18.0", "osImage": "none",
				"operatingSystem": "linux", "architecture": runtime.GOARCH,
				"machineID": "", "systemUUID": "", "bootID": "", "kubeProxyVersion": "",
			},
		},
	})
}
