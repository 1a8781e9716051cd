package preload

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"wstuning.dev/tuner/internal/sockopt"
)

// Library is where the tuner's image has the library for its architecture.
const Library = "/lib/libwstuning.so"

// FileName is what the library is called where a server finds it.
const FileName = "libwstuning.so"

// mode lets any server run the library, and no one change it.
const mode = 0o555

// Install puts a copy of the library with the options into the folder. Whoever opens it finds either no file, the former
// one, or the new one, but never a part. Doing it again is fine.
func Install(library, folder string, options sockopt.Options) error {
	content, err := os.ReadFile(library)
	if err != nil {
		return fmt.Errorf("read the preload library: %w", err)
	}
	filled, err := fill(content, options)
	if err != nil {
		return fmt.Errorf("fill %s: %w", library, err)
	}
	if err := write(filepath.Join(folder, FileName), filled); err != nil {
		return fmt.Errorf("install the preload library: %w", err)
	}
	return nil
}

// write replaces the file by way of another in its folder, which is removed when that fails.
func write(file string, content []byte) error {
	next := file + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) { // left by a container that was killed
		return err
	}
	err := os.WriteFile(next, content, mode)
	if err == nil {
		err = os.Chmod(next, mode) // whatever the umask
	}
	if err == nil {
		err = os.Rename(next, file)
	}
	if err != nil {
		os.Remove(next)
	}
	return err
}
