package recipe

import (
	"context"
	"fmt"
	"os"
	"time"

	"wstuning.dev/images/internal/archive"
)

// Build makes the archives of the named images, or leaves one alone when it would come out the same.
func Build(ctx context.Context, w Workshop, recipes []Recipe) error {
	unlock, err := w.lock()
	if err != nil {
		return err
	}
	defer unlock()
	for _, recipe := range recipes {
		if err := recipe.build(ctx, w); err != nil {
			return fmt.Errorf("image %s: %w", recipe.Name, err)
		}
	}
	return nil
}

func (r Recipe) build(ctx context.Context, w Workshop) error {
	start := time.Now()
	image, err := r.Make(ctx, w)
	if err != nil {
		return err
	}
	fingerprint, err := image.Fingerprint()
	if err != nil {
		return err
	}
	file := w.Archive(r.Name)
	outcome := "unchanged"
	// The version is in the archive but not in the image, so it counts as well.
	if fingerprint += " " + w.Version; archive.Fingerprint(file) != fingerprint {
		outcome = "built"
		content, err := image.OCI()
		if err != nil {
			return err
		}
		if err := archive.Write(file, content, w.Reference(r.Name), w.Version, fingerprint); err != nil {
			return fmt.Errorf("write %s: %w", file, err)
		}
	}
	return r.report(w, file, outcome, time.Since(start))
}

func (r Recipe) report(w Workshop, file, outcome string, took time.Duration) error {
	digest, err := archive.Digest(file)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	w.Log("%-19s %-9s %6.1f MB  %5.1fs  %s", r.Name, outcome, float64(info.Size())/1e6, took.Seconds(), digest)
	return nil
}
