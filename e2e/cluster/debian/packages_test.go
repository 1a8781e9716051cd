package debian

import (
	"slices"
	"testing"
)

func TestOnlyWhatIsNotThereIsMissing(t *testing.T) {
	got := missing(Node, func(file string) bool { return file != "runc" && file != CNIFolder+"/ptp" })
	if want := []string{"runc", "containernetworking-plugins"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := missing(Node, func(string) bool { return true }); len(got) > 0 {
		t.Errorf("nothing is missing, yet: %v", got)
	}
}

func TestFilesAndProgramsAreFound(t *testing.T) {
	for file, want := range map[string]bool{"/proc/self/stat": true, "/proc/none": false, "sh": true, "no-such-program": false} {
		if found(file) != want {
			t.Errorf("%s: found is %v", file, !want)
		}
	}
}
