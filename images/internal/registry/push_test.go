package registry

import (
	"io"
	"log"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"wstuning.dev/images/internal/archive"
	"wstuning.dev/images/internal/image"
)

func TestPushedImagesAreFoundByTagAndByThePrintedDigest(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	team := strings.TrimPrefix(server.URL, "http://") + "/team"

	for name, architectures := range map[string][]string{"one": {"amd64"}, "many": {"amd64", "arm64"}} {
		file := write(t, name, architectures)
		reference, err := Push(t.Context(), file, team+"/", name, "0.1.0")
		if err != nil {
			t.Fatal(err)
		}
		digest, err := archive.Digest(file)
		if err != nil {
			t.Fatal(err)
		}
		if want := team + "/" + name + "@" + digest.String(); reference != want {
			t.Errorf("got reference %s, want %s", reference, want)
		}
		for _, stored := range []string{reference, team + "/" + name + ":0.1.0"} {
			if got := digestOf(t, stored); got != digest.String() {
				t.Errorf("%s is %s, want %s", stored, got, digest)
			}
		}
		pullEach(t, reference, architectures)
	}
}

func TestRegistryThatCannotBeNamedIsExplained(t *testing.T) {
	file := write(t, "one", []string{"amd64"})
	for target, want := range map[string]string{
		"https://registry.example.com/team": "leave out the scheme",
		"registry.example.com/My Team":      "give a host and a path such as",
	} {
		_, err := Push(t.Context(), file, target, "one", "0.1.0")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", target, err, want)
		}
	}
}

func write(t *testing.T, name string, architectures []string) string {
	t.Helper()
	described := image.Image{Name: name}
	for _, architecture := range architectures {
		layer := image.Layer{Files: []image.File{image.Text("/architecture", architecture)}}
		described.Variants = append(described.Variants, image.Variant{Architecture: architecture, Layers: []image.Layer{layer}})
	}
	content, err := described.OCI()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".tar")
	if err := archive.Write(file, content, "localhost/wstuning/"+name+":0.1.0", "0.1.0", "any"); err != nil {
		t.Fatal(err)
	}
	return file
}

func digestOf(t *testing.T, reference string) string {
	t.Helper()
	parsed, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	descriptor, err := remote.Get(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return descriptor.Digest.String()
}

// pullEach reads the image of each architecture with its layers, as a node does.
func pullEach(t *testing.T, reference string, architectures []string) {
	t.Helper()
	parsed, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	for _, architecture := range architectures {
		pulled, err := remote.Image(parsed, remote.WithPlatform(v1.Platform{OS: "linux", Architecture: architecture}))
		if err != nil {
			t.Fatal(err)
		}
		config, err := pulled.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Architecture != architecture {
			t.Errorf("%s for %s is for %s", reference, architecture, config.Architecture)
		}
		if err := validate.Image(pulled); err != nil {
			t.Errorf("%s for %s: %v", reference, architecture, err)
		}
	}
}
