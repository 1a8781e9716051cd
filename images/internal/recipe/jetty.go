package recipe

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/image"
)

const jettyMain = "dev.wstuning.servers.JettyServer"

var serverJetty = Recipe{
	Name:  "server-jetty",
	About: "the Jetty sample server, compiled with Maven",
	Rare:  true,
	Make:  makeServerJetty,
}

func makeServerJetty(ctx context.Context, w Workshop) (image.Image, error) {
	layers, err := javaLayers(ctx, w)
	if err != nil {
		return image.Image{}, err
	}
	project := w.path("e2e", "servers", "jetty")
	if err := mavenPackage(ctx, project, w.path("pom.xml")); err != nil {
		return image.Image{}, err
	}
	found, err := filepath.Glob(filepath.Join(project, "target", "lib", "*.jar"))
	if err != nil {
		return image.Image{}, err
	}
	var jars []image.File
	for _, file := range append(found, filepath.Join(project, "target", "server-jetty.jar")) {
		jars = append(jars, image.Copy("/app/"+filepath.Base(file), file, 0o644))
	}
	entrypoint := append([]string{javaBinary}, javaOptions(jars)...)
	return image.Image{Name: "server-jetty", Variants: []image.Variant{{
		Architecture: hostArch,
		Config:       v1.Config{User: sampleUser, Env: []string{"LANG=C.UTF-8"}, Entrypoint: append(entrypoint, jettyMain)},
		Layers:       append(layers, image.Layer{Comment: "server-jetty", Files: jars}),
	}}}, nil
}

// mavenPackage runs Maven in a project, unless its jars are those of its sources already.
func mavenPackage(ctx context.Context, project string, parents ...string) error {
	inputs, err := fingerprint(append(parents, filepath.Join(project, "pom.xml"), filepath.Join(project, "src"))...)
	if err != nil {
		return fmt.Errorf("read the sources in %s: %w", project, err)
	}
	stamp := filepath.Join(project, "target", "inputs")
	if packaged, err := os.ReadFile(stamp); err == nil && string(packaged) == inputs {
		return nil
	}
	build := exec.CommandContext(ctx, "mvn", "-q", "-B", "clean", "package")
	build.Dir = project
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("mvn package in %s: %w\n%s", project, err, said)
	}
	return os.WriteFile(stamp, []byte(inputs), 0o644)
}
