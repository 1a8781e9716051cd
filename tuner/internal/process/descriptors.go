package process

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

const (
	// batch is how many names of descriptors are held at a time.
	batch = 256
	// most bounds the descriptors of a process that are read, which takes about 7 µs each.
	most = 200_000
)

// Holds reports which of these sockets, given by inode, the process has descriptors of. It reports false if that
// cannot be seen. Every process of the same user may list them, but what they are of is shown only to one of the same
// group as well, which has each capability of the process (ptrace_may_access in kernel/ptrace.c), and to root.
//
// A server may have a hundred thousand descriptors, and the observer takes from the CPU and memory of the pod. So they
// are read once, some at a time, and no further than to the last socket that is wanted.
func (t Table) Holds(pid int, wanted map[uint32]bool) (held map[uint32]bool, readable bool) {
	directory, err := os.Open(t.path(pid, "fd"))
	if err != nil {
		return nil, t.ended(pid)
	}
	defer directory.Close()
	held = map[uint32]bool{}
	var target [64]byte
	for read := 0; len(held) < len(wanted); {
		if read >= most {
			return held, len(held) > 0
		}
		names, err := directory.Readdirnames(batch)
		if err != nil { // io.EOF at the end
			break
		}
		read += len(names)
		for _, name := range names {
			length, err := unix.Readlinkat(int(directory.Fd()), name, target[:])
			if errors.Is(err, fs.ErrPermission) {
				return nil, t.ended(pid)
			}
			if err != nil {
				continue // closed meanwhile
			}
			if inode, socket := socketInode(target[:length]); socket && wanted[inode] {
				held[inode] = true
			}
		}
	}
	return held, true
}

// ended goes by what everybody may read.
func (t Table) ended(pid int) bool {
	_, err := t.read(pid)
	return err != nil
}

// socketInode reads what the kernel shows of a descriptor of a socket, such as socket:[4711].
func socketInode(target []byte) (uint32, bool) {
	const before, after = "socket:[", "]"
	if len(target) <= len(before)+len(after) || string(target[:len(before)]) != before {
		return 0, false
	}
	inode, err := strconv.ParseUint(string(target[len(before):len(target)-len(after)]), 10, 32)
	return uint32(inode), err == nil
}
