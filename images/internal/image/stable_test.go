package image

import (
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// The image ID covers all but how layers are compressed, which is Go's business. When it changes, every node pulls every
// image again.
func TestImageIDIsTheSameOnEveryMachine(t *testing.T) {
	content, err := imageOf(layerOf(Text("/etc/answer", "42\n"))).OCI()
	if err != nil {
		t.Fatal(err)
	}
	const want = "sha256:461d1edf525decbe75d10e8da37baba683e0f5ae39486dc72798872dfc227d69"
	if id, err := content.(v1.Image).ConfigName(); err != nil || id.String() != want {
		t.Errorf("got %s, %v, want %s", id, err, want)
	}
}
