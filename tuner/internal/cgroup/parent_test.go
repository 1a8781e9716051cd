package cgroup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestThePodsCgroupByWhatTheKubeletGivesItsContainers(t *testing.T) {
	for parent, want := range map[string]string{
		"/kubepods/burstable/pod" + uid:                         "kubepods/burstable/pod" + uid,
		"/wstuning/kubepods/besteffort/pod" + uid:               "wstuning/kubepods/besteffort/pod" + uid,
		"kubepods-pod" + sliceUID + ".slice":                    "kubepods.slice/kubepods-pod" + sliceUID + ".slice",
		"kubepods-burstable-pod" + sliceUID + ".slice":          "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + sliceUID + ".slice",
		"kubelet-kubepods-besteffort-pod" + sliceUID + ".slice": "kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod" + sliceUID + ".slice",
		"/kubepods.slice/kubepods-pod" + sliceUID + ".slice":    "kubepods.slice/kubepods-pod" + sliceUID + ".slice",
	} {
		root := t.TempDir()
		if _, err := OfPod(root, parent); err == nil {
			t.Errorf("%s: found where there is none", parent)
		}
		if err := os.MkdirAll(filepath.Join(root, want), 0o755); err != nil {
			t.Fatal(err)
		}
		if got, err := OfPod(root, parent); got != filepath.Join(root, want) || err != nil {
			t.Errorf("%s: %q, %v", parent, got, err)
		}
	}
}

func TestOtherCgroupsThanThoseOfPodsAreRefused(t *testing.T) {
	root := t.TempDir()
	for _, parent := range []string{"", "/", "/kubepods", "kubepods.slice", "/kubepods/../pod" + uid, "../pod" + uid} {
		if got, err := OfPod(root, parent); err == nil || !strings.Contains(err.Error(), "find the pod's cgroup") {
			t.Errorf("%q: %q, %v", parent, got, err)
		}
	}
}

func TestAFolderIsNoHierarchyOfCgroups(t *testing.T) {
	for _, root := range []string{t.TempDir(), "/none"} {
		if _, err := Unified(root); err == nil {
			t.Errorf("%s passes", root)
		}
	}
}
