package recipe

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"wstuning.dev/images/internal/image"
	"wstuning.dev/images/internal/java"
)

// javaOptions are for a small container that works in short bursts. JDK_JAVA_OPTIONS adds to them.
func javaOptions(jars []image.File) []string {
	var classPath []string
	for _, jar := range jars {
		classPath = append(classPath, jar.Path)
	}
	return []string{
		"-XX:+UseSerialGC",                 // the least memory, and pauses are short with a small heap
		"-XX:TieredStopAtLevel=1",          // no work runs long enough to repay the optimising compiler
		"-XX:MaxRAMPercentage=60",          // the rest is for classes, threads, TLS and code
		"-XX:-ShrinkHeapInSteps",           // SpareHeap gives back what a burst took, at once
		"-XX:TrimNativeHeapInterval=60000", // ms; the same for the memory of the C library
		"-XX:MaxNewSize=24m",               // between two collections all of the young generation is touched
		// The archive of classes stays where it was made. Elsewhere each of its pages has to be written.
		"-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0",
		// Else the JDK makes a class for each setter that Jackson calls often: a thousand, of 5 KB each.
		"-Dsun.reflect.inflationThreshold=2147483647",
		"-XX:+ExitOnOutOfMemoryError", // a restart is better than a half-dead replica
		"-XX:-UsePerfData",            // writes to /tmp
		"-Dfile.encoding=UTF-8",
		"-cp", strings.Join(classPath, ":"),
	}
}

// archiveClasses makes the archive of the operator's classes, once for equal layers: two runs never give equal bytes.
func archiveClasses(ctx context.Context, w Workshop, layers []image.Layer, options []string) (string, error) {
	whole := image.Image{Name: "operator", Variants: []image.Variant{{Layers: layers}}}
	key, err := whole.Fingerprint()
	if err != nil {
		return "", err
	}
	archive := filepath.Join(w.Cache, "classes", key[:12]+".jsa")
	if _, err := os.Stat(archive); err == nil {
		return archive, nil
	}
	// Every build of the operator has another archive, of some 30 MB: only the last one is kept.
	if err := os.RemoveAll(filepath.Dir(archive)); err != nil {
		return "", err
	}
	root := filepath.Join(filepath.Dir(archive), "root")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", err
	}
	run := java.Program{Root: root, Java: javaBinary, Options: options, Main: operatorMain}
	err = image.Unpack(root, layers...)
	if err == nil {
		err = run.ArchiveClasses(ctx, classArchive)
	}
	if err == nil {
		err = os.Rename(filepath.Join(root, classArchive), archive)
	}
	return archive, errors.Join(err, os.RemoveAll(root))
}
