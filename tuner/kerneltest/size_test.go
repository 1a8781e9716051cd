package kerneltest

import (
	"debug/elf"
	"os"
	"path/filepath"
	"testing"
)

// Every tuned pod waits for the image to be pulled, and there is no library in it.
func TestTheBinaryIsSmallAndStatic(t *testing.T) {
	const most = 5_000_000
	for _, architecture := range []string{"amd64", "arm64"} {
		t.Run(architecture, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "tuner")
			if err := build(file, "../cmd/tuner", architecture); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() > most {
				t.Errorf("%d bytes, more than %d", info.Size(), most)
			}
			t.Logf("%d bytes", info.Size())
			binary, err := elf.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer binary.Close()
			for _, program := range binary.Progs {
				if program.Type == elf.PT_INTERP || program.Type == elf.PT_DYNAMIC {
					t.Errorf("the binary is linked dynamically: it has a segment %s", program.Type)
				}
			}
		})
	}
}
