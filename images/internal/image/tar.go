package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// Timestamp is the time of every file and image: the earliest that zip files, and so jars, can express.
var Timestamp = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// tarball writes the files of a layer, sorted and with their parent directories, so that equal files make equal bytes.
func (l Layer) tarball(w io.Writer) error {
	files, err := withParents(l.Files)
	if err != nil {
		return err
	}
	out := tar.NewWriter(w)
	for _, file := range files {
		if err := file.write(out); err != nil {
			return fmt.Errorf("add %s: %w", file.Path, err)
		}
	}
	return out.Close()
}

// withParents sorts the files and adds the directories that lead to them, which also keeps parents before children.
func withParents(files []File) ([]File, error) {
	byPath := map[string]File{}
	for _, file := range files {
		if !path.IsAbs(file.Path) || path.Clean(file.Path) != file.Path {
			return nil, fmt.Errorf("%q is not a clean absolute path", file.Path)
		}
		if _, twice := byPath[file.Path]; twice {
			return nil, fmt.Errorf("%s is in the layer twice", file.Path)
		}
		byPath[file.Path] = file
	}
	for _, file := range files {
		for dir := path.Dir(file.Path); dir != "/"; dir = path.Dir(dir) {
			if _, known := byPath[dir]; !known {
				byPath[dir] = File{Path: dir, Mode: fs.ModeDir | 0o755}
			}
		}
	}
	all := make([]File, 0, len(byPath))
	for _, file := range byPath {
		all = append(all, file)
	}
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

func (f File) write(out *tar.Writer) error {
	header := &tar.Header{
		Name:    strings.TrimPrefix(f.Path, "/"),
		Mode:    int64(f.Mode.Perm()),
		ModTime: Timestamp,
		Format:  tar.FormatPAX,
	}
	switch f.Mode.Type() {
	case fs.ModeDir:
		header.Typeflag = tar.TypeDir
		header.Name += "/"
		return out.WriteHeader(header)
	case fs.ModeSymlink:
		header.Typeflag = tar.TypeSymlink
		header.Linkname = f.Target
		return out.WriteHeader(header)
	}
	content, size, err := f.open()
	if err != nil {
		return err
	}
	defer content.Close()
	header.Typeflag = tar.TypeReg
	header.Size = size
	if err := out.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return err
}

func (f File) open() (io.ReadCloser, int64, error) {
	if f.Source == "" {
		return io.NopCloser(bytes.NewReader(f.Content)), int64(len(f.Content)), nil
	}
	file, err := os.Open(f.Source)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, info.Size(), nil
}
