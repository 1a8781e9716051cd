package process

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// sockets opens as many as may be, up to the number, and returns the inode of the last one.
func sockets(t testing.TB, number int) (last uint32) {
	t.Helper()
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	number = min(number, int(limit.Cur)-100)
	for range number {
		fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(fd) })
		var stat syscall.Stat_t
		if err := syscall.Fstat(fd, &stat); err != nil {
			t.Fatal(err)
		}
		last = uint32(stat.Ino)
	}
	return last
}

func TestHoldsFindsASocketAmongManyDescriptors(t *testing.T) {
	last := sockets(t, 3*batch)
	held, readable := NewTable(Root).Holds(os.Getpid(), map[uint32]bool{last: true, 1: true})
	if !readable || len(held) != 1 || !held[last] {
		t.Errorf("held %v, readable %v; want %d", held, readable, last)
	}
}

func TestDescriptorsThatMayNotBeRead(t *testing.T) {
	root := t.TempDir()
	const status = "PPid:\t1\nUid:\t0\t5\t0\t0\n"
	write(t, filepath.Join(root, "7", "status"), status)
	write(t, filepath.Join(root, "8", "status"), status+"State:\tZ (zombie)\n")
	for pid, ended := range map[int]bool{7: false, 8: true, 9: true} {
		if held, readable := NewTable(root).Holds(pid, map[uint32]bool{1: true}); readable != ended || len(held) > 0 {
			t.Errorf("process %d: held %v, readable %v; want %v", pid, held, readable, ended)
		}
	}
}

// BenchmarkALook reads 20,000 descriptors, none of which is wanted, as a worker's or a sidecar's is not. Unlike the time, the CPU
// time is the same on a busy machine.
func BenchmarkALook(b *testing.B) {
	last := sockets(b, 20_000)
	table, wanted := NewTable(Root), map[uint32]bool{1: true}
	if held, _ := table.Holds(os.Getpid(), map[uint32]bool{last: true}); !held[last] {
		b.Fatal("the last socket is not found")
	}
	b.ReportAllocs()
	before := cpuTime(b)
	for b.Loop() {
		table.Holds(os.Getpid(), wanted)
	}
	b.ReportMetric(float64((cpuTime(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
}

func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func TestSocketInode(t *testing.T) {
	for target, want := range map[string]uint32{
		"socket:[4711]": 4711, "socket:[4294967295]": 4294967295, "socket:[4294967296]": 0, "socket:[]": 0, "socket:[x]": 0,
		"pipe:[4711]": 0, "/dev/null": 0, "": 0,
	} {
		if inode, found := socketInode([]byte(target)); found != (want != 0) || found && inode != want {
			t.Errorf("%s: %d, %v; want %d", target, inode, found, want)
		}
	}
}
