package java

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// CheckLibraries fails when a native library of the runtime needs another that neither the runtime nor the root file
// system has. JDKs of different vendors differ in that.
func CheckLibraries(runtime, root string) error {
	present := map[string]bool{}
	needed := map[string]string{}
	for _, dir := range []string{runtime, root} {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			present[entry.Name()] = true
			if dir == runtime && strings.HasSuffix(path, ".so") {
				return addNeeded(path, needed)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("look for native libraries: %w", err)
		}
	}
	for library, user := range needed {
		if !present[library] {
			return fmt.Errorf("%s needs %s, which is in none of the image's Debian packages", user, library)
		}
	}
	return nil
}

func addNeeded(path string, needed map[string]string) error {
	file, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	defer file.Close()
	libraries, err := file.ImportedLibraries()
	for _, library := range libraries {
		needed[library] = path
	}
	return err
}
