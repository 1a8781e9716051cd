package modern

import (
	"os/exec"
	"strings"
	"testing"
)

func TestFilesOfTheGuest(t *testing.T) {
	rendered, err := files()
	if err != nil {
		t.Fatal(err)
	}
	content := map[string]string{}
	for _, f := range rendered {
		content[f.path] = string(f.content)
		if strings.Contains(content[f.path], "{{") {
			t.Errorf("%s is not rendered:\n%s", f.path, f.content)
		}
		if script := strings.HasPrefix(content[f.path], "#!"); script != (f.mode == 0o755) {
			t.Errorf("%s has the mode %o", f.path, f.mode)
		}
	}
	for path, want := range map[string]string{
		"etc/systemd/system/kubelet.service":    "--hostname-override=wstuning-modern --node-ip=198.18.64.2",
		"etc/systemd/network/10-vec0.network":   "Gateway=198.18.64.1",
		"etc/cni/net.d/10-wstuning.conflist":    `"subnet": "198.18.144.0/20"`,
		"etc/kubernetes/kubelet.yaml":           "cgroupDriver: systemd",
		"etc/containerd/config.toml":            `sandbox = "localhost/wstuning/pause:dev"`,
		"etc/systemd/system/containerd.service": "LimitNPROC=infinity",
		"usr/local/sbin/complete-cpuinfo":       "mount --bind",
	} {
		if !strings.Contains(content[path], want) {
			t.Errorf("%s lacks %s:\n%s", path, want, content[path])
		}
	}
	if strings.Contains(content["etc/systemd/system/containerd.service"], "LimitNOFILE") {
		t.Error("the runtime's unit has a limit of its own")
	}
}

func TestArgumentsAreWordsOfAShell(t *testing.T) {
	for _, word := range []string{"plain", "two words", "it's", "$HOME `id` \\", ""} {
		out, err := exec.Command("sh", "-c", "printf %s "+quote(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("%q arrives as %q: %v", word, out, err)
		}
	}
}
