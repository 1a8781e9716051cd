package recipe

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Workshop is where images are made: the checkout, and a cache that outlives it.
type Workshop struct {
	Repository string
	Cache      string
	Version    string
	Log        func(format string, args ...any)
}

// OpenWorkshop opens a checkout, with the cache in WST_CACHE or ~/.cache/wstuning.
func OpenWorkshop(repository string, log func(string, ...any)) (Workshop, error) {
	repository, err := filepath.Abs(repository)
	if err != nil {
		return Workshop{}, err
	}
	version, err := os.ReadFile(filepath.Join(repository, "VERSION"))
	if err != nil {
		return Workshop{}, fmt.Errorf("read the version: %w", err)
	}
	cache := os.Getenv("WST_CACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return Workshop{}, fmt.Errorf("find the cache: %w; set WST_CACHE to a folder", err)
		}
		cache = filepath.Join(home, ".cache", "wstuning")
	}
	return Workshop{repository, cache, strings.TrimSpace(string(version)), log}, nil
}

// lock waits until no other process uses the cache.
func (w Workshop) lock() (unlock func() error, err error) {
	if err := os.MkdirAll(w.Cache, 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(filepath.Join(w.Cache, "images.lock"))
	if err != nil {
		return nil, err
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		w.Log("waiting for another build of images to end")
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
			return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
		}
	}
	return file.Close, nil
}

func (w Workshop) path(elements ...string) string {
	return filepath.Join(append([]string{w.Repository}, elements...)...)
}

// Archive is the file that holds the built image.
func (w Workshop) Archive(name string) string { return w.path("target", "images", name+".tar") }

// Reference is the name of the image in a container runtime when no registry is involved.
func (w Workshop) Reference(name string) string {
	return "localhost/wstuning/" + name + ":" + w.Version
}
