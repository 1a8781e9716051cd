package config

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteRendersEveryFile(t *testing.T) {
	state := t.TempDir()
	for _, name := range append([]string{"ca"}, Users...) {
		put(t, filepath.Join(state, "pki", name+".crt"), "certificate of "+name)
		put(t, filepath.Join(state, "pki", name+".key"), "key of "+name)
	}
	node := Node{
		State: state, NodeName: "n1", NodeAddress: "198.18.0.1", PodSubnet: "198.18.128.0/20", Cgroup: "group",
		ContainerdSocket: "/socket", PauseImage: "pause:1", CNINetwork: "net", CNIPlugins: "/cni", Server: "https://127.0.0.1:6443",
	}

	if err := node.Write(); err != nil {
		t.Fatal(err)
	}

	for file, wanted := range map[string][]string{
		"config/containerd.toml":          {`root = "` + state + `/containerd/root"`, `sandbox = "pause:1"`, `bin_dirs = ["/cni"]`, `address = "/socket"`},
		"config/cni/10-wstuning.conflist": {`"subnet": "198.18.128.0/20"`, `"name": "net"`},
		"config/kubelet.yaml":             {"cgroupRoot: /group", "containerRuntimeEndpoint: unix:///socket", "address: 198.18.0.1"},
		"config/kube-proxy.yaml":          {"clusterCIDR: 198.18.128.0/20", "hostnameOverride: n1"},
		"config/audit-policy.yaml":        {"deletecollection", "level: None"},
		"config/kubelet.kubeconfig":       {encoded("key of kubelet"), encoded("certificate of ca")},
		"admin.kubeconfig":                {`server: "https://127.0.0.1:6443"`, encoded("certificate of admin")},
	} {
		text, err := os.ReadFile(filepath.Join(state, file))
		if err != nil {
			t.Error(err)
		}
		for _, want := range wanted {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s lacks %s:\n%s", file, want, text)
			}
		}
	}
	conflist, _ := os.ReadFile(filepath.Join(state, "config/cni/10-wstuning.conflist"))
	if !json.Valid(conflist) {
		t.Errorf("not JSON: %s", conflist)
	}
	if info, _ := os.Stat(filepath.Join(state, "admin.kubeconfig")); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the administrator's kubeconfig: %v", info.Mode())
	}
}

func put(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
