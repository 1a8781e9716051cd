package version

import (
	"os"
	"strings"
	"testing"
)

func TestVersionIsTheOneOfTheRepository(t *testing.T) {
	file, err := os.ReadFile("../../../VERSION")
	if err != nil {
		t.Fatalf("read the repository's version: %v", err)
	}
	if want := strings.TrimSpace(string(file)); Version != want {
		t.Errorf("Version = %q, the file VERSION says %q", Version, want)
	}
}
