package debian

import (
	"slices"
	"testing"
)

func TestOnlyWhatIsNotThereIsMissing(t *testing.T) {
	got := missing(func(program string) bool { return program != "runc" && program != CNIFolder+"/ptp" })
	if want := []string{"runc", "containernetworking-plugins"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := missing(func(string) bool { return true }); len(got) > 0 {
		t.Errorf("nothing is missing, yet: %v", got)
	}
}
