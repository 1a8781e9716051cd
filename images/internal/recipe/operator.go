package recipe

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"wstuning.dev/images/internal/chroot"
	"wstuning.dev/images/internal/debian"
	"wstuning.dev/images/internal/image"
	"wstuning.dev/images/internal/java"
)

const (
	operatorMain = "dev.wstuning.operator.OperatorMain"
	javaHome     = "/opt/java"
	javaBinary   = javaHome + "/bin/java"
	optionsFile  = "/app/java.options"
	classArchive = "/app/operator.jsa"
)

var operator = Recipe{
	Name:  "operator",
	About: "the operator, on a Java runtime linked from the JDK of this machine; needs its jars (make build)",
	Make:  makeOperator,
}

func makeOperator(ctx context.Context, w Workshop) (image.Image, error) {
	layers, err := javaLayers(ctx, w)
	if err != nil {
		return image.Image{}, err
	}
	libraries, program, err := jars(w)
	if err != nil {
		return image.Image{}, err
	}
	options := javaOptions(append(program, libraries...))
	program = append(program, image.Text(optionsFile, strings.Join(options, "\n")+"\n"))
	layers = append(layers,
		image.Layer{Comment: "libraries", Files: libraries},
		image.Layer{Comment: "operator", Files: program})

	entrypoint := []string{javaBinary, "@" + optionsFile}
	archive, err := archiveClasses(ctx, w, layers, options)
	switch {
	case errors.Is(err, chroot.ErrCannotEnter): // a convenience; the image works without
		w.Log("the operator will start more slowly, because its classes cannot be archived here: %v", err)
	case err != nil:
		return image.Image{}, err
	default:
		file := image.Copy(classArchive, archive, 0o444)
		layers = append(layers, image.Layer{Comment: "archive of classes", Files: []image.File{file}})
		entrypoint = append(entrypoint, "-XX:SharedArchiveFile="+classArchive)
	}
	return image.Image{Name: "operator", Variants: []image.Variant{{
		Architecture: hostArch,
		Config: v1.Config{
			User: nonRoot,
			Env: []string{
				"PATH=" + javaHome + "/bin:/usr/bin:/bin", "LANG=C.UTF-8",
				"MALLOC_ARENA_MAX=2", // an arena for each of many threads would be resident and mostly free
			},
			Entrypoint: append(entrypoint, operatorMain),
		},
		Layers: layers,
	}}}, nil
}

// javaLayers are a Java runtime and the Debian packages that its native libraries need.
func javaLayers(ctx context.Context, w Workshop) ([]image.Layer, error) {
	root, err := debian.RootFS(ctx, w.Cache, "libc6", "libstdc++6", "zlib1g")
	if err != nil {
		return nil, err
	}
	runtime, err := java.Runtime(ctx, w.Cache)
	if err != nil {
		return nil, err
	}
	if err := java.CheckLibraries(runtime, root); err != nil {
		return nil, err
	}
	system, err := image.Tree(root, "/")
	if err != nil {
		return nil, err
	}
	jre, err := image.Tree(runtime, javaHome)
	if err != nil {
		return nil, err
	}
	return []image.Layer{{Comment: "Debian packages", Files: system}, {Comment: "Java runtime", Files: jre}}, nil
}

func jars(w Workshop) (libraries, program []image.File, err error) {
	found, err := filepath.Glob(w.path("operator", "target", "lib", "*.jar"))
	if err != nil {
		return nil, nil, err
	}
	main, err := filepath.Glob(w.path("operator", "target", "operator-"+w.Version+".jar"))
	if err != nil {
		return nil, nil, err
	}
	if len(found) == 0 || len(main) == 0 {
		return nil, nil, fmt.Errorf("the operator's jars are not in %s: run make build", w.path("operator", "target"))
	}
	for _, file := range found {
		libraries = append(libraries, image.Copy("/app/lib/"+filepath.Base(file), file, 0o644))
	}
	return libraries, []image.File{image.Copy("/app/operator.jar", main[0], 0o644)}, nil
}
