// Package volume puts files into the folder that an init container shares with the server.
package volume

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// mode lets any server read and run the file, and no one change it.
const mode = 0o555

// Place replaces the file by another one in its folder, which is removed if that fails. So anyone who opens the file
// finds no file, the old file or the new one, but never a part. Doing it again is fine.
func Place(folder, name string, content io.Reader) error {
	file := filepath.Join(folder, name)
	next := file + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) { // left by a container that was killed
		return err
	}
	err := write(next, content)
	if err == nil {
		err = os.Rename(next, file)
	}
	if err != nil {
		os.Remove(next)
	}
	return err
}

func write(file string, content io.Reader) error {
	target, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, content)
	return errors.Join(err, target.Chmod(mode), target.Close()) // regardless of the umask
}
