package install

import (
	"os"
	"strings"
	"testing"
)

// The images as the manifests name them.
var (
	version   = shippedVersion()
	operator  = "localhost/wstuning/operator:" + version
	tuner     = "localhost/wstuning/tuner:" + version
	nodeAgent = "localhost/wstuning/node-agent:" + version
)

func shippedVersion() string {
	version, err := os.ReadFile("../../../VERSION")
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(version))
}

var pushed = map[string]string{
	operator:  "registry.example.com/team/operator@sha256:aa",
	tuner:     "registry.example.com/team/tuner@sha256:bb",
	nodeAgent: "registry.example.com/team/node-agent@sha256:cc",
}

func TestTheShippedManifestInstallsWhatWasPushed(t *testing.T) {
	manifest, err := os.ReadFile("../../../manifests/install.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rendered, err := Render(string(manifest), pushed)
	if err != nil {
		t.Fatal(err)
	}
	for local, reference := range pushed {
		if had, has := strings.Count(string(manifest), local), strings.Count(rendered, reference); had == 0 || had != has {
			t.Errorf("%s is there %d times instead of %d", reference, has, had)
		}
	}
	for _, line := range []string{
		"        image: registry.example.com/team/operator@sha256:aa\n",
		"          value: registry.example.com/team/tuner@sha256:bb\n",
		"c.image == 'registry.example.com/team/tuner@sha256:bb')\n",
		"c.image == 'registry.example.com/team/node-agent@sha256:cc')\n",
	} {
		if !strings.Contains(rendered, line) {
			t.Errorf("there is no line with %q", line)
		}
	}
}

func TestImagesThatWereNotPushedAreRefused(t *testing.T) {
	others := "image: " + operator + "\nimage: " + nodeAgent
	for manifest, want := range map[string]string{
		others:                                "does not name the image " + tuner,
		others + "\nimage: " + tuner + "-rc1": "does not name the image " + tuner,
		others + "\nb: " + tuner + "\nc: " + tuner + "1": "names " + tuner + "1, which was not pushed",
	} {
		if _, err := Render(manifest, pushed); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", manifest, err, want)
		}
	}
}
