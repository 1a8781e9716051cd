package modern

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed guest
var guestFiles embed.FS

//go:embed prepare.sh
var prepareScript string

// file is one of the guest's, by its path there.
type file struct {
	path    string
	mode    fs.FileMode
	content []byte
}

// files renders the guest's files, in the order of their paths.
func files() ([]file, error) {
	var rendered []file
	err := fs.WalkDir(guestFiles, "guest", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := template.New(path).Option("missingkey=error").ParseFS(guestFiles, path)
		if err != nil {
			return err
		}
		var content bytes.Buffer
		if err := text.ExecuteTemplate(&content, entry.Name(), configuration()); err != nil {
			return err
		}
		f := file{path: strings.TrimPrefix(path, "guest/"), mode: 0o644, content: content.Bytes()}
		if strings.HasPrefix(f.path, "usr/local/sbin/") {
			f.mode = 0o755
		}
		rendered = append(rendered, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("render the modern node's files: %w", err)
	}
	return rendered, nil
}

func (f file) write(root string) error {
	path := filepath.Join(root, f.path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make a folder of the modern node: %w", err)
	}
	if err := os.WriteFile(path, f.content, f.mode); err != nil {
		return fmt.Errorf("write a file of the modern node: %w", err)
	}
	return nil
}
