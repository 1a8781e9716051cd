package image

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Unpack writes the layers into a folder as a container would see them, with the same times.
func Unpack(dir string, layers ...Layer) error {
	for _, layer := range layers {
		files, err := withParents(layer.Files)
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := file.unpack(dir); err != nil {
				return fmt.Errorf("unpack %s: %w", file.Path, err)
			}
		}
	}
	return nil
}

func (f File) unpack(dir string) error {
	path := filepath.Join(dir, f.Path)
	switch f.Mode.Type() {
	case fs.ModeDir:
		return os.MkdirAll(path, f.Mode.Perm())
	case fs.ModeSymlink:
		return os.Symlink(f.Target, path)
	}
	content, _, err := f.open()
	if err != nil {
		return err
	}
	defer content.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode.Perm())
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, content); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Chtimes(path, Timestamp, Timestamp)
}
