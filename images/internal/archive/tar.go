package archive

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const indexFile = "index.json"

// pack writes the layout's files without times and owners, the index first so that it can be read without the rest.
func pack(dir, file string) error {
	var names []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, name)
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == indexFile) != (b == indexFile) {
			if a == indexFile {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})

	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	archive := tar.NewWriter(out)
	for _, name := range names {
		if err := add(archive, dir, name); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), out.Close())
}

func add(archive *tar.Writer, dir, name string) error {
	in, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Size: info.Size(), Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	_, err = io.Copy(archive, in)
	return err
}

func readIndex(file string) (*v1.IndexManifest, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	archive := tar.NewReader(in)
	header, err := archive.Next()
	if err != nil || header.Name != indexFile {
		return nil, fmt.Errorf("%s was not written by images/build: it does not begin with %s", file, indexFile)
	}
	index := &v1.IndexManifest{}
	if err := json.NewDecoder(archive).Decode(index); err != nil {
		return nil, fmt.Errorf("%s: read %s: %w", file, indexFile, err)
	}
	if len(index.Manifests) != 1 {
		return nil, fmt.Errorf("%s: holds %d images, expected 1", file, len(index.Manifests))
	}
	return index, nil
}

func unpack(file, dir string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	archive := tar.NewReader(in)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		if !filepath.IsLocal(header.Name) {
			return fmt.Errorf("read %s: the path %q leads outside", file, header.Name)
		}
		if err := save(archive, filepath.Join(dir, header.Name)); err != nil {
			return fmt.Errorf("unpack %s: %w", file, err)
		}
	}
}

func save(content io.Reader, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return errors.Join(err, out.Close())
}
