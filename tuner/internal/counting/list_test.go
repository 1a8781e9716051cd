package counting

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Other work of the machine allocates memory meanwhile: so the bounds are wide, and medians count.
func TestTheMemoryOfAListedConnection(t *testing.T) {
	if os.Getuid() != 0 && os.Getenv("WST_UNPRIVILEGED") == "1" {
		t.Skip("needs root")
	}
	sockets := make([]int, 3000) // of the 4096 descriptors that a process has at least
	for i := range sockets {
		var err error
		if sockets[i], err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
			t.Fatal(err)
		}
		defer unix.Close(sockets[i])
	}
	var each []int
	for range 9 {
		each = append(each, listAll(t, sockets)/len(sockets))
	}
	slices.Sort(each)
	t.Logf("%d bytes for each", each)
	if median := each[len(each)/2]; median < 64 || median > 512 {
		t.Errorf("%d bytes for each, want about 200", median)
	}
}

// listAll returns what the kernel allocates for the list.
func listAll(t *testing.T, sockets []int) (bytes int) {
	t.Helper()
	listed, err := newListed()
	if err != nil {
		t.Fatal(err)
	}
	defer listed.Close()
	before := slab(t)
	for _, socket := range sockets {
		if err := listed.Put(uint32(socket), uint32(0)); err != nil {
			t.Fatal(err)
		}
	}
	after := slab(t)
	for _, socket := range sockets {
		if err := listed.Delete(uint32(socket)); err != nil {
			t.Fatal(err)
		}
	}
	return after - before
}

// slab is what the kernel has allocated in small pieces, in bytes.
func slab(t *testing.T) (bytes int) {
	t.Helper()
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\nSlab:")
	if _, err = fmt.Sscan(rest, &bytes); err != nil {
		t.Fatal(err)
	}
	return bytes << 10
}
