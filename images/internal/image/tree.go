package image

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Tree lists everything below a directory as files of an image below at. Special bits such as setuid are dropped.
func Tree(dir, at string) ([]File, error) {
	var files []File
	err := filepath.WalkDir(dir, func(source string, entry fs.DirEntry, err error) error {
		if err != nil || source == dir {
			return err
		}
		relative, err := filepath.Rel(dir, source)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		file := File{Path: path.Join(at, relative), Mode: info.Mode().Type() | info.Mode().Perm()}
		switch file.Mode.Type() {
		case 0:
			file.Source = source
		case fs.ModeSymlink:
			if file.Target, err = os.Readlink(source); err != nil {
				return err
			}
		case fs.ModeDir:
		default:
			return fmt.Errorf("%s is neither a file, a link nor a directory: %v", source, info.Mode())
		}
		files = append(files, file)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	return files, nil
}
