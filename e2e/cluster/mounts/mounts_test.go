package mounts

import (
	"slices"
	"testing"
)

func TestUnderFindsTheFoldersOwnMountsOnly(t *testing.T) {
	mountinfo := `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:50 / /var/tmp/wstuning/node/kubelet/pods/1/volumes/token rw,relatime shared:7 - tmpfs tmpfs rw
41 27 0:51 / /var/tmp/wstuning rw,relatime - overlay overlay rw
42 27 0:52 / /var/tmp/wstuning-of-another rw,relatime - tmpfs tmpfs rw
43 27 0:53 / /mnt rw,relatime - bind /var/tmp/wstuning rw
`
	got := under(mountinfo, "/var/tmp/wstuning")

	want := []string{"/var/tmp/wstuning/node/kubelet/pods/1/volumes/token", "/var/tmp/wstuning"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
