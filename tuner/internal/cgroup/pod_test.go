package cgroup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	uid       = "0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55"
	sliceUID  = "0d0e5f0d_5b6a_4c3e_9b53_1e0f1c8d1a55"
	container = "3f0e7c1a9d5b4e26b81f0c3d7a9e5b2c4d6f8091a2b3c4d5e6f708192a3b4c5d"
	outerUID  = "ffffffff-5b6a-4c3e-9b53-1e0f1c8d1a55"
)

// What containers printed in which real runtimes had put them: see testdata/README.md. Each pattern is of two files.
func TestThePodsCgroupAsCaptured(t *testing.T) {
	const hidden = "it is hidden"
	read := 0
	for pattern, want := range map[string]string{
		"cgroupfs-*-guaranteed": "/kubepods/pod" + uid,
		"cgroupfs-*-burstable":  "/kubepods/burstable/pod" + uid,
		"cgroupfs-*-besteffort": "/kubepods/besteffort/pod" + uid,
		"cgroupfs-*-crio":       "/kubepods/burstable/pod" + uid,
		"cgroupfs-*-private":    hidden,
		"systemd-*-guaranteed":  "/kubepods.slice/kubepods-pod" + sliceUID + ".slice",
		"systemd-*-burstable":   "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + sliceUID + ".slice",
		"systemd-*-besteffort":  "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + sliceUID + ".slice",
		"systemd-*-crio":        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + sliceUID + ".slice",
		"systemd-*-kind":        "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod" + sliceUID + ".slice",
		"systemd-*-private":     hidden,
		"hybrid-*":              "/wstuning/kubepods/burstable/pod" + uid,
	} {
		files, _ := filepath.Glob("testdata/" + pattern + ".txt")
		if len(files) != 2 {
			t.Errorf("%s has %q", pattern, files)
		}
		for read += len(files); len(files) > 0; files = files[1:] {
			seen := readCapture(t, files[0])
			got, err := podPath(seen["cat"])
			if want == hidden {
				if err == nil || !strings.Contains(err.Error(), hidden) {
					t.Errorf("%s: %q, %v; want %q", files[0], got, err, hidden)
				}
				continue
			}
			if got != want || err != nil {
				t.Errorf("%s: %q, %v; want %q", files[0], got, err, want)
			}
			// If cgroup v2 is mounted, it must be mounted completely, because the path starts at its root.
			whole := strings.Contains(seen["grep"], " / "+mountPoint+" ") && strings.Contains(seen["grep"], " - cgroup2 ")
			there := strings.Contains(seen["find"], mountPoint+want+"\n")
			if hybrid := pattern == "hybrid-*"; whole == hybrid || there == hybrid {
				t.Errorf("%s: mounted whole %t, the pod's cgroup is there %t", files[0], whole, there)
			}
		}
	}
	if all, _ := filepath.Glob("testdata/*.txt"); len(all) != read {
		t.Errorf("%d of %d files are read", read, len(all))
	}
}

// readCapture returns the output of each command, by the command's name.
func readCapture(t *testing.T, file string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	output := map[string]string{}
	for _, part := range strings.Split(string(content), "\n+ ")[1:] {
		command, lines, _ := strings.Cut(part, "\n")
		name, _, _ := strings.Cut(command, " ")
		output[name] = lines + "\n"
	}
	return output
}

// The trees of nodes that are not at hand, written after their sources: Kubernetes 1.36 (pkg/kubelet/cm/cgroup_manager_linux.go
// and pod_container_manager_linux.go; pkg/kubelet/config/common.go for static pods), and the nodes' own cgroup in the
// container that kind, k3d or a pod gives them.
func TestThePodsCgroupAsWritten(t *testing.T) {
	for name, test := range map[string]struct{ own, want string }{
		"kind on cgroupfs, in Docker": {
			"0::/system.slice/docker-" + container + ".scope/kubelet/kubepods/burstable/pod" + uid + "/" + container,
			"/system.slice/docker-" + container + ".scope/kubelet/kubepods/burstable/pod" + uid,
		},
		"k3s in Docker": {"0::/docker/" + container + "/kubepods/burstable/pod" + uid + "/" + container, "/docker/" + container + "/kubepods/burstable/pod" + uid},
		"a node in a pod": {
			"0::/kubepods/burstable/pod" + outerUID + "/" + container + "/kubelet/kubepods/pod" + uid + "/" + container,
			"/kubepods/burstable/pod" + outerUID + "/" + container + "/kubelet/kubepods/pod" + uid,
		},
		"a static pod": {"0::/kubepods/burstable/pod0d0e5f0d5b6a4c3e9b531e0f1c8d1a55/" + container, "/kubepods/burstable/pod0d0e5f0d5b6a4c3e9b531e0f1c8d1a55"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := podPath(test.own + "\n"); got != test.want || err != nil {
				t.Errorf("%q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestWithoutAPodsCgroup(t *testing.T) {
	for name, test := range map[string]struct{ own, message string }{
		"its own cgroup namespace":        {"0::/", "it is hidden"},
		"outside of its cgroup namespace": {"0::/../../pod" + uid + "/" + container, "it is hidden"},
		"a session, not a pod":            {"0::/user.slice/user-1000.slice/session-3.scope", "none is above"},
		"the container's cgroup alone":    {"0::/system.slice/containerd.service/kubepods-burstable-pod" + sliceUID + ".slice:cri-containerd:" + container, "none is above"},
		"a pod of podman":                 {"0::/machine.slice/machine-libpod_pod_" + container + ".slice/libpod-" + container + ".scope", "none is above"},
		"v1 alone":                        {"2:pids:/kubepods/burstable/pod" + uid + "/" + container + "\n1:cpu:/kubepods/burstable/pod" + uid + "/" + container, "no hierarchy of cgroup v2"},
		"nothing":                         {"", "no hierarchy of cgroup v2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := podPath(test.own + "\n"); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("%q, %v; want %q", got, err, test.message)
			}
		})
	}
}
