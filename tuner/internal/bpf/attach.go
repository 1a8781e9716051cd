package bpf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/sockopt"
)

// license is that of the project. None of the helpers that the programs call needs the GPL.
const license = "Apache-2.0"

// kinds are the attach types of our programs, each with the name that our program of that type carries.
var kinds = []struct {
	attach ebpf.AttachType
	name   string
}{
	{ebpf.AttachCGroupSockOps, establishedName},
	{ebpf.AttachCGroupSetsockopt, setsockoptName},
}

// attachment is a program at its place on the cgroup.
type attachment struct {
	cgroup  int
	attach  ebpf.AttachType
	name    string
	program *ebpf.Program
}

// Attach makes the options hold for all connections that are accepted in the cgroup from now on, for as long as the
// cgroup exists. It replaces what an earlier call left there, and leaves the programs of others alone. When it fails,
// everything is as it was before, or nothing of ours is there: that is so if a program of others no longer acted on the
// cgroup because of ours.
func Attach(cgroup *os.File, options sockopt.Options, sysctls Sysctls) error {
	old, err := attached(int(cgroup.Fd()))
	defer closeAll(old)
	if err != nil {
		return err
	}
	wanted, err := load(int(cgroup.Fd()), Programs(options, sysctls))
	defer closeAll(wanted)
	if err != nil {
		return err
	}
	if err := replace(old, wanted); err != nil {
		return err
	}
	for _, a := range wanted {
		if err := a.leavesOut(); err != nil {
			return errors.Join(err, Detach(cgroup))
		}
	}
	return nil
}

// Detach removes from the cgroup what Attach left there.
func Detach(cgroup *os.File) error {
	ours, err := attached(int(cgroup.Fd()))
	defer closeAll(ours)
	for _, a := range ours {
		err = errors.Join(err, a.remove())
	}
	return err
}

// allowLockedMemory lifts a limit against which Linux before 5.11 counts programs, those of all processes of root
// together. Nothing is lost if that fails: it is the kernel that then refuses to load a program. The package rlimit of
// cilium/ebpf would also change the limit of the launcher, and make a map in each observer, when they start.
func allowLockedMemory() {
	unix.Prlimit(0, unix.RLIMIT_MEMLOCK, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}, nil)
}

// attached finds our programs on the cgroup, by their names.
func attached(cgroup int) (ours []attachment, err error) {
	for _, kind := range kinds {
		present, err := programsOn(cgroup, kind.attach, 0)
		if err != nil {
			return ours, err
		}
		for _, id := range present {
			program, err := ebpf.NewProgramFromID(id)
			if errors.Is(err, fs.ErrNotExist) { // detached meanwhile
				continue
			}
			if err != nil {
				return ours, fmt.Errorf("look at a program of the pod's cgroup: %w", err)
			}
			info, err := program.Info()
			if err != nil || info.Name != kind.name {
				program.Close()
				continue
			}
			ours = append(ours, attachment{cgroup, kind.attach, kind.name, program})
		}
	}
	return ours, nil
}

func load(cgroup int, specs []*ebpf.ProgramSpec) (loaded []attachment, err error) {
	for _, spec := range specs {
		program, err := Load(spec)
		if err != nil {
			return loaded, err
		}
		loaded = append(loaded, attachment{cgroup, spec.AttachType, spec.Name, program})
	}
	return loaded, nil
}

// replace attaches the new programs before it detaches the old ones, so that no connection goes without.
func replace(old, wanted []attachment) error {
	var undo []func() error
	for _, a := range wanted {
		if err := a.put(); err != nil {
			return errors.Join(err, revert(undo))
		}
		undo = append(undo, a.remove)
	}
	for _, a := range old {
		if err := a.remove(); err != nil {
			return errors.Join(err, revert(undo))
		}
		undo = append(undo, a.put)
	}
	return nil
}

func revert(undo []func() error) (err error) {
	for i := len(undo) - 1; i >= 0; i-- {
		err = errors.Join(err, undo[i]())
	}
	return err
}

func (a attachment) put() error {
	return a.explain(link.RawAttachProgram(link.RawAttachProgramOptions{
		Target: a.cgroup, Program: a.program, Attach: a.attach, Flags: unix.BPF_F_ALLOW_MULTI,
	}))
}

// explain is about an error of attaching.
func (a attachment) explain(err error) error {
	// A process that may load a program may also attach it, unless the place is taken (hierarchy_allows_attach in
	// kernel/bpf/cgroup.c).
	if errors.Is(err, unix.EPERM) {
		return fmt.Errorf("attach %s to the pod's cgroup: %w: another program on it, or on a cgroup above, excludes others%s", a.name, unix.EPERM, a.others())
	}
	if err != nil {
		return fmt.Errorf("attach %s to the pod's cgroup: %w", a.name, err)
	}
	return nil
}

func (a attachment) remove() error {
	err := link.RawDetachProgram(link.RawDetachProgramOptions{Target: a.cgroup, Program: a.program, Attach: a.attach})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("detach %s from the pod's cgroup: %w", a.name, err)
	}
	return nil
}

func closeAll(attachments []attachment) {
	for _, a := range attachments {
		a.program.Close()
	}
}
