package cgroup

import (
	"strings"
	"testing"
)

const (
	uid        = "0d0e5f0d-5b6a-4c3e-9b53-1e0f1c8d1a55"
	sliceUID   = "0d0e5f0d_5b6a_4c3e_9b53_1e0f1c8d1a55"
	container  = "3f0e7c1a9d5b4e26b81f0c3d7a9e5b2c4d6f8091a2b3c4d5e6f708192a3b4c5d"
	outerUID   = "ffffffff-5b6a-4c3e-9b53-1e0f1c8d1a55"
	hybridText = `12:memory:/kubepods/burstable/pod` + uid + `/` + container + `
11:cpuset:/kubepods/burstable/pod` + uid + `/` + container + `
10:devices:/kubepods/burstable/pod` + uid + `/` + container + `
1:name=systemd:/kubepods/burstable/pod` + uid + `/` + container + `
0::/kubepods/burstable/pod` + uid + `/` + container + `
`
)

// The trees of nodes, as their runtimes make them.
func TestThePodsCgroup(t *testing.T) {
	for name, test := range map[string]struct{ own, want string }{
		"cgroupfs, runc, Guaranteed": {"0::/kubepods/pod" + uid + "/" + container, "/kubepods/pod" + uid},
		"cgroupfs, runc, Burstable":  {"0::/kubepods/burstable/pod" + uid + "/" + container, "/kubepods/burstable/pod" + uid},
		"cgroupfs, runc, BestEffort": {"0::/kubepods/besteffort/pod" + uid + "/" + container, "/kubepods/besteffort/pod" + uid},
		"cgroupfs, crun":             {"0::/kubepods/burstable/pod" + uid + "/crio-" + container + "/container", "/kubepods/burstable/pod" + uid},
		"systemd, containerd, Guaranteed": {
			"0::/kubepods.slice/kubepods-pod" + sliceUID + ".slice/cri-containerd-" + container + ".scope",
			"/kubepods.slice/kubepods-pod" + sliceUID + ".slice",
		},
		"systemd, containerd, Burstable": {
			"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + sliceUID + ".slice/cri-containerd-" + container + ".scope",
			"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + sliceUID + ".slice",
		},
		"systemd, CRI-O with runc": {
			"0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + sliceUID + ".slice/crio-" + container + ".scope",
			"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + sliceUID + ".slice",
		},
		"systemd, CRI-O with crun": {
			"0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + sliceUID + ".slice/crio-" + container + ".scope/container",
			"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + sliceUID + ".slice",
		},
		"kind": {
			"0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod" + sliceUID + ".slice/cri-containerd-" + container + ".scope",
			"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod" + sliceUID + ".slice",
		},
		"kind on cgroupfs, in Docker": {
			"0::/system.slice/docker-" + container + ".scope/kubelet/kubepods/burstable/pod" + uid + "/" + container,
			"/system.slice/docker-" + container + ".scope/kubelet/kubepods/burstable/pod" + uid,
		},
		"k3s in Docker": {"0::/docker/" + container + "/kubepods/burstable/pod" + uid + "/" + container, "/docker/" + container + "/kubepods/burstable/pod" + uid},
		"a node in a pod": {
			"0::/kubepods/burstable/pod" + outerUID + "/" + container + "/kubelet/kubepods/pod" + uid + "/" + container,
			"/kubepods/burstable/pod" + outerUID + "/" + container + "/kubelet/kubepods/pod" + uid,
		},
		"a cgroup root of the kubelet's": {"0::/node/kubepods/pod" + uid + "/" + container, "/node/kubepods/pod" + uid},
		"a static pod":                   {"0::/kubepods/burstable/pod0d0e5f0d5b6a4c3e9b531e0f1c8d1a55/" + container, "/kubepods/burstable/pod0d0e5f0d5b6a4c3e9b531e0f1c8d1a55"},
		"a hybrid of v1 and v2":          {hybridText, "/kubepods/burstable/pod" + uid},
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
		"v1 alone":                        {strings.Replace(hybridText, "0::", "13:pids:", 1), "no hierarchy of cgroup v2"},
		"nothing":                         {"", "no hierarchy of cgroup v2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := podPath(test.own + "\n"); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("%q, %v; want %q", got, err, test.message)
			}
		})
	}
}
