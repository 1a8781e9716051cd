package counting

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// Where the node has its file system of BPF objects, and what is kept there. What an object is kept for, and not which
// agent made it, names its file: so the next agent finds it. With another meaning of the numbers, the version changes.
const (
	place   = "/sys/fs/bpf" // as the node sees it
	folder  = "wstuning"
	version = "v1-"

	keptCounts = "counts"
	keptListed = "listed"
	keptLink   = "link-" // and the name of its program
)

// kept is the folder of one pod.
type kept struct{ path string }

// openKept makes sure that the file system is there. An agent in a container sees it elsewhere than the node does.
func openKept(seen string) (folderPath string, err error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(seen, &stat); err != nil {
		return "", fmt.Errorf("look at %s: %w", seen, err)
	}
	if stat.Type != unix.BPF_FS_MAGIC {
		return "", fmt.Errorf("this node has no file system of BPF objects at %s, which keeps programs and counts while agents are replaced. Next: mount one there, as systemd does: mount -t bpf bpf %s", place, place)
	}
	folderPath = filepath.Join(seen, folder)
	if err := os.Mkdir(folderPath, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return folderPath, nil
}

// exclude waits until no other agent of this node attaches or sweeps: it would remove what is not attached yet.
func exclude(folderPath string) (done func(), err error) {
	opened, err := os.Open(folderPath)
	if err != nil {
		return nil, err
	}
	for err = unix.EINTR; err == unix.EINTR; {
		err = unix.Flock(int(opened.Fd()), unix.LOCK_EX)
	}
	if err != nil {
		opened.Close()
		return nil, fmt.Errorf("wait for another agent: %w", err)
	}
	return func() { opened.Close() }, nil
}

// of is the folder of the pod with this cgroup. The kernel gives no number of a cgroup again until the node boots.
func of(folderPath string, cgroup *os.File) (kept, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(int(cgroup.Fd()), &stat); err != nil {
		return kept{}, fmt.Errorf("look at %s: %w", cgroup.Name(), err)
	}
	return kept{filepath.Join(folderPath, fmt.Sprintf("%s%d", version, stat.Ino))}, nil
}

func (k kept) make() error {
	if err := os.Mkdir(k.path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (k kept) file(name string) string { return filepath.Join(k.path, name) }

// link returns nil if the pod has none for this program.
func (k kept) link(program string) (link.Link, error) {
	found, err := link.LoadPinnedLink(k.file(keptLink+program), nil)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open what is kept of %s: %w", program, err)
	}
	return found, nil
}

// acts reports whether a program is attached, or may be. With the cgroup, the kernel takes its number from the link.
func (k kept) acts() bool {
	if !strings.HasPrefix(filepath.Base(k.path), version) {
		return false
	}
	files, err := filepath.Glob(k.file(keptLink + "*"))
	for _, file := range files {
		if gone, err := cgroupIsGone(file); err != nil || !gone {
			return true
		}
	}
	return err != nil
}

func cgroupIsGone(file string) (bool, error) {
	found, err := link.LoadPinnedLink(file, nil)
	if err != nil {
		return false, err
	}
	defer found.Close()
	info, err := found.Info()
	if err != nil {
		return false, err
	}
	return info.Cgroup() != nil && info.Cgroup().CgroupId == 0, nil
}

// unlink takes a program away.
func (k kept) unlink(program string) error {
	if err := os.Remove(k.file(keptLink + program)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take %s away: %w", program, err)
	}
	return nil
}

// remove takes the pod's programs away, and forgets its counts.
func (k kept) remove() error {
	return os.RemoveAll(k.path)
}

// maps returns those that are kept, and makes what is missing.
func (k kept) maps() (m maps, err error) {
	if m.counts, err = k.mapOr(keptCounts, newCounts); err != nil {
		return maps{}, err
	}
	if m.listed, err = k.mapOr(keptListed, newListed); err != nil {
		m.counts.Close()
		return maps{}, err
	}
	return m, nil
}

func (k kept) mapOr(name string, create func() (*ebpf.Map, error)) (*ebpf.Map, error) {
	found, err := ebpf.LoadPinnedMap(k.file(name), nil)
	if !errors.Is(err, fs.ErrNotExist) {
		return found, err
	}
	made, err := create()
	if err != nil {
		return nil, err
	}
	if err := made.Pin(k.file(name)); err != nil {
		made.Close()
		return nil, fmt.Errorf("keep %s: %w", name, err)
	}
	return made, nil
}

// newListed makes a map that holds sockets. The kernel wants its types described.
func newListed() (*ebpf.Map, error) {
	number := &btf.Int{Name: "int", Size: 4, Encoding: btf.Signed}
	listed, err := ebpf.NewMap(&ebpf.MapSpec{
		Name: countName, Type: ebpf.SkStorage, Flags: unix.BPF_F_NO_PREALLOC, KeySize: 4, ValueSize: 4, Key: number, Value: number,
	})
	if err != nil {
		return nil, fmt.Errorf("make the list of connections: %w", err)
	}
	return listed, nil
}

func (m maps) close() {
	m.counts.Close()
	m.listed.Close()
}
