package bpf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// leavesOut is an error that names the programs of others that no longer act on the cgroup because of the program that is
// attached there. The kernel leaves out those of cgroups above that were attached with BPF_F_ALLOW_OVERRIDE as soon as a
// cgroup has one of its own (compute_effective_progs in kernel/bpf/cgroup.c).
func (a attachment) leavesOut() error {
	here, err := programsOn(a.cgroup, a.attach, 0)
	if err != nil {
		return err
	}
	if len(here) > 1 { // what others attached here has the same effect, and was here before
		return nil
	}
	above, err := programsAbove(a.cgroup, a.attach)
	if err != nil {
		return err
	}
	acting, err := programsOn(a.cgroup, a.attach, unix.BPF_F_QUERY_EFFECTIVE)
	if err != nil {
		return err
	}
	if left := names(slices.DeleteFunc(above, func(id ebpf.ProgramID) bool { return slices.Contains(acting, id) })); left != "" {
		return fmt.Errorf("%s would keep a program of a cgroup above from acting on the pod: attach %s with BPF_F_ALLOW_MULTI", a.name, left)
	}
	return nil
}

// others names those that act on the cgroup, as the end of a sentence.
func (a attachment) others() string {
	acting, err := programsOn(a.cgroup, a.attach, unix.BPF_F_QUERY_EFFECTIVE)
	if err != nil {
		return ""
	}
	text := names(slices.DeleteFunc(acting, func(id ebpf.ProgramID) bool {
		name, _ := nameOf(id)
		return name == a.name
	}))
	if text == "" {
		return ""
	}
	return ": " + text
}

// programsOn are the programs that are attached to the cgroup, or with BPF_F_QUERY_EFFECTIVE those that act on it.
func programsOn(cgroup int, kind ebpf.AttachType, flags uint32) (ids []ebpf.ProgramID, err error) {
	found, err := link.QueryPrograms(link.QueryOptions{Target: cgroup, Attach: kind, QueryFlags: flags})
	if err != nil {
		return nil, fmt.Errorf("query the programs of the pod's cgroup: %w", err)
	}
	for _, program := range found.Programs {
		ids = append(ids, program.ID)
	}
	return ids, nil
}

// programsAbove are the programs that act on the parent of the cgroup, and on the cgroup if it has none of its own.
func programsAbove(cgroup int, kind ebpf.AttachType) ([]ebpf.ProgramID, error) {
	parent, err := unix.Openat(cgroup, "..", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the parent of the pod's cgroup: %w", os.NewSyscallError("openat", err))
	}
	defer unix.Close(parent)
	return programsOn(parent, kind, unix.BPF_F_QUERY_EFFECTIVE)
}

// names writes programs as "name (id 12)". Programs that exist no longer are left out.
func names(ids []ebpf.ProgramID) string {
	var texts []string
	for _, id := range ids {
		name, err := nameOf(id)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		texts = append(texts, strings.TrimSpace(fmt.Sprintf("%s (id %d)", name, id)))
	}
	return strings.Join(texts, ", ")
}

// nameOf is empty if a program has no name.
func nameOf(id ebpf.ProgramID) (string, error) {
	program, err := ebpf.NewProgramFromID(id)
	if err != nil {
		return "", err
	}
	defer program.Close()
	info, err := program.Info()
	if err != nil {
		return "", err
	}
	return info.Name, nil
}
