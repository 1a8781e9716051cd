package recipe

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wstuning.dev/images/internal/image"
)

func workshop(t *testing.T) (w Workshop, log func() string) {
	t.Helper()
	var lines []string
	dir := t.TempDir()
	w = Workshop{Repository: dir, Cache: filepath.Join(dir, "cache"), Version: "0.1.0",
		Log: func(format string, args ...any) { lines = append(lines, strings.TrimSpace(format+" "+join(args))) }}
	return w, func() string { defer func() { lines = nil }(); return strings.Join(lines, "\n") }
}

func join(args []any) (text string) {
	for _, arg := range args {
		if word, ok := arg.(string); ok {
			text += word + " "
		}
	}
	return text
}

func sample(content string) []Recipe {
	return []Recipe{{Name: "sample", Make: func(context.Context, Workshop) (image.Image, error) {
		layer := image.Layer{Files: []image.File{image.Text("/a", content)}}
		return image.Image{Name: "sample", Variants: []image.Variant{{Architecture: "amd64", Layers: []image.Layer{layer}}}}, nil
	}}}
}

func TestUnchangedImageIsLeftAlone(t *testing.T) {
	w, log := workshop(t)
	for _, step := range []struct{ content, version, outcome string }{
		{"one", "0.1.0", "built"},
		{"one", "0.1.0", "unchanged"},
		{"two", "0.1.0", "built"},
		{"two", "0.2.0", "built"}, // the reference in the archive is another
	} {
		w.Version = step.version
		if err := Build(context.Background(), w, sample(step.content)); err != nil {
			t.Fatal(err)
		}
		if got := log(); !strings.Contains(got, "sample "+step.outcome) {
			t.Errorf("%+v: the log says %q", step, got)
		}
	}
}

func TestFailureNamesTheImage(t *testing.T) {
	w, _ := workshop(t)
	broken := []Recipe{{Name: "sample", Make: func(context.Context, Workshop) (image.Image, error) {
		return image.Image{}, errors.New("broken")
	}}}
	if err := Build(context.Background(), w, broken); err == nil || err.Error() != "image sample: broken" {
		t.Errorf("got %v", err)
	}
}

func TestMisspelledNamesAreRefused(t *testing.T) {
	if _, err := Named([]string{"tuner", "servergo"}); err == nil || !strings.Contains(err.Error(), `"servergo"`) {
		t.Errorf("got %v", err)
	}
	if all, err := Named(nil); err != nil || len(all) != 7 {
		t.Errorf("no names are %d images, %v", len(all), err)
	}
	if rare, err := Named([]string{"server-jetty"}); err != nil || len(rare) != 1 || !rare[0].Rare {
		t.Errorf("a rare one is had by its name, got %v, %v", rare, err)
	}
}

func TestImagesWhoseNeedsAreNotMetAreLeftOut(t *testing.T) {
	possible := func() bool {
		return slices.ContainsFunc(Possible(), func(r Recipe) bool { return r.Name == "server-anycable" })
	}
	t.Setenv(anyCableSource, "")
	if possible() {
		t.Error("AnyCable-Go is to be built without its sources")
	}
	t.Setenv(anyCableSource, "/sources")
	if !possible() {
		t.Error("AnyCable-Go is left out although there are sources")
	}
}

func TestFingerprintIsOfContentAlone(t *testing.T) {
	sum := func(content string) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := fingerprint(dir)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if sum("one") != sum("one") {
		t.Error("equal folders in two places differ")
	}
	if sum("one") == sum("two") {
		t.Error("a change was not seen")
	}
}

func TestBinariesThatGrowTooBigAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tuner")
	if err := os.WriteFile(file, make([]byte, 101), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := atMost(file, 100); err == nil || !strings.Contains(err.Error(), "101 bytes") {
		t.Errorf("got %v", err)
	}
	if err := atMost(file, 101); err != nil {
		t.Error(err)
	}
}

func TestOperatorWithoutJarsSaysWhatToRun(t *testing.T) {
	w, _ := workshop(t)
	if _, _, err := jars(w); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("got %v", err)
	}
}
