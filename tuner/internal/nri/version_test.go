package nri

import (
	"strings"
	"testing"
)

func TestSysctlsNeedARuntimeWithNRI012(t *testing.T) {
	for _, can := range []runtime{
		{"containerd", "v2.3.7", "v0.12.0"},
		{"containerd", "v2.3.0", "0.0.0-unknown"},
		{"containerd", "2.4.1", "v0.11.0"}, // inferred from an old list
		{"containerd", "v3.0.0", "(devel)"},
		{"cri-o", "1.36.0", "v0.12.5"},
		{"other", "", "v0.13.0-rc.1"},
		{"other", "", "v1.0.0"},
	} {
		if why := can.noSysctls(); why != "" {
			t.Errorf("%v: %s", can, why)
		}
	}
	for _, cannot := range []runtime{
		{"containerd", "v2.2.1", "v0.11.0"},
		{"containerd", "v1.7.30", "v0.8.0"},
		{"containerd", "v2.3.0-beta.1", "unknown"},
		{"containerd", "v2", "unknown"},
		{"cri-o", "1.35.0", "v0.11.0"},
		{"cri-o", "2.3.0", "unknown"},
		{"other", "x.y.z", "v0.12.0-rc.1"},
		{"other", "", ""},
		{},
	} {
		if why := cannot.noSysctls(); !strings.Contains(why, "sysctls need 0.12") || !strings.Contains(why, "Next: update it") {
			t.Errorf("%v: %q", cannot, why)
		}
	}
}
