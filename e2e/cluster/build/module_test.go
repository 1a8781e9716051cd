package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyChangesWithEverythingThatGoesIn(t *testing.T) {
	modules := t.TempDir()
	write := func(file, content string) {
		t.Helper()
		path := filepath.Join(modules, "kubernetes", file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\nrequire k8s.io/kubernetes v1.36.3\n")
	write("go.sum", "sums")
	write("main.go", "package main")
	key := func() string {
		t.Helper()
		k, err := Kubernetes.Key(modules)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}

	first := key()

	if !strings.HasPrefix(first, "kubernetes-v1.36.3-") {
		t.Errorf("the key %q does not contain name and version", first)
	}
	if again := key(); again != first {
		t.Errorf("equal sources give the keys %q and %q", first, again)
	}
	seen := map[string]string{first: "nothing"}
	for file, changed := range map[string]string{
		"go.mod":  "module n\n\nrequire k8s.io/kubernetes v1.36.3\n",
		"go.sum":  "SUMS",
		"main.go": "package Main",
	} {
		write(file, changed)
		if other, ok := seen[key()]; ok {
			t.Errorf("a change of %s gives the same key as a change of %s", file, other)
		}
		seen[key()] = file
	}
	flagless := Kubernetes
	flagless.ldflags = nil
	if k, _ := flagless.Key(modules); seen[k] != "" {
		t.Error("other linker flags give the same key")
	}
}

func TestVersionComesFromTheCommittedModules(t *testing.T) {
	for _, module := range []Module{Kubernetes, Etcd, Containerd, Kwok} {
		version, err := module.Version("../modules")
		if err != nil || !strings.HasPrefix(version, "v") {
			t.Errorf("version of %s: %q, %v", module.Name, version, err)
		}
	}
}

func TestRequiredVersion(t *testing.T) {
	goMod := "module m\n\nrequire k8s.io/kubernetes/other v9.9.9\nrequire (\n\tk8s.io/kubernetes v1.2.3\n)\nreplace k8s.io/kubernetes => k8s.io/kubernetes v7.7.7\n"
	version, err := requiredVersion(goMod, "k8s.io/kubernetes", "go.mod")
	if err != nil || version != "v1.2.3" {
		t.Errorf("got %q, %v", version, err)
	}
	if _, err := requiredVersion(goMod, "example.org/missing", "go.mod"); err == nil {
		t.Error("a module that is not required has a version")
	}
}

func TestKubernetesVersionFlags(t *testing.T) {
	flags := kubernetesVersion("v1.36.3")
	for _, want := range []string{"version.gitVersion=v1.36.3 ", "gitMajor=1 ", "gitMinor=36 ", "client-go/pkg/version.gitVersion=v1.36.3"} {
		if !strings.Contains(flags, want) {
			t.Errorf("%q lacks %q", flags, want)
		}
	}
}
