// Package image describes container images as plain data, and turns equal descriptions into equal bytes.
package image

import (
	"io/fs"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Image is one container image: the same program for one or more architectures.
type Image struct {
	Name     string
	Variants []Variant
}

// Variant is the image for one architecture, in Go's terms ("amd64").
type Variant struct {
	Architecture string
	Config       v1.Config
	Layers       []Layer
}

// Layer is a set of files. Layers that change together with others belong together.
type Layer struct {
	Comment string // shown by tools that list the history of an image
	Files   []File
}

// File is a file, a symbolic link or a directory, owned by root. Its times are fixed.
type File struct {
	Path    string // absolute, in the image
	Mode    fs.FileMode
	Source  string // the file that has the content; if empty, Content is it
	Content []byte
	Target  string // of a symbolic link
}

// Copy is a regular file with the content of a file here.
func Copy(path, source string, mode fs.FileMode) File {
	return File{Path: path, Source: source, Mode: mode}
}

// Text is a small readable file.
func Text(path, content string) File {
	return File{Path: path, Content: []byte(content), Mode: 0o644}
}
