package preload

import (
	"bytes"
	"fmt"
	"os"

	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/volume"
)

// Library is where the tuner's image has the library for its architecture.
const Library = "/lib/libwstuning.so"

// FileName is what the library is called where a server finds it.
const FileName = "libwstuning.so"

// Wanted is what the library should do. The zero value of either part means nothing.
type Wanted struct {
	Options   sockopt.Options
	OpenFiles rlimit.Bounds
}

// Install puts a copy of the library that knows what is wanted into the folder. Doing it again is fine.
func Install(library, folder string, wanted Wanted) error {
	content, err := os.ReadFile(library)
	if err != nil {
		return fmt.Errorf("read the preload library: %w", err)
	}
	filled, err := fill(content, wanted)
	if err != nil {
		return fmt.Errorf("fill %s: %w", library, err)
	}
	if err := volume.Place(folder, FileName, bytes.NewReader(filled)); err != nil {
		return fmt.Errorf("install the preload library: %w", err)
	}
	return nil
}
