package counting

import (
	"errors"
	"fmt"
	"os"

	"github.com/cilium/ebpf"

	"wstuning.dev/tuner/internal/bpf"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
)

// Attach makes the options hold for connections that the pod accepts from now on, if any are wanted, and counts its
// connections. What an earlier agent left goes on; its programs are replaced by those of this one in a moment that no
// connection sees. It fails if the options cannot be given; why connections are not counted, reading the pod shows.
func (k *Kernel) Attach(path string, options sockopt.Options, sysctls podtune.Sysctls) (podtune.Pod, error) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if options.Wanted() && k.programs != nil {
		return nil, k.programs
	}
	if k.folder == "" {
		return &pod{kernel: k, problem: k.counts}, nil
	}
	cgroup, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the pod's cgroup: %w", err)
	}
	defer cgroup.Close()
	done, err := exclude(k.folder)
	if err != nil {
		return nil, err
	}
	defer done()
	keep, err := k.keep(cgroup)
	if err != nil {
		return nil, fmt.Errorf("keep what is attached to the pod: %w", err)
	}
	if options.Wanted() {
		if err := keep.setOptions(cgroup, bpf.Programs(options, bpf.Sysctls(sysctls))); err != nil {
			return nil, err
		}
	}
	p := &pod{kernel: k, problem: k.counts}
	if p.problem == nil {
		p.maps, p.problem = k.count(cgroup, keep)
	}
	return p, nil
}

// keep finds or makes the folder of a pod.
func (k *Kernel) keep(cgroup *os.File) (kept, error) {
	keep, err := of(k.folder, cgroup)
	if err != nil || keep.acts() {
		return keep, err
	}
	// An agent may have been killed before it attached a program.
	return keep, errors.Join(keep.remove(), keep.make())
}

// setOptions attaches the programs, and takes away an earlier one that is wanted no longer. If that fails, none of ours is
// left that sets options.
func (k kept) setOptions(cgroup *os.File, specs []*ebpf.ProgramSpec) (err error) {
	defer func() {
		if err != nil {
			for _, name := range bpf.Names {
				err = errors.Join(err, k.unlink(name))
			}
		}
	}()
	for _, name := range bpf.Names[len(specs):] {
		if err := k.unlink(name); err != nil {
			return err
		}
	}
	for _, spec := range specs {
		if err := k.put(cgroup, spec); err != nil {
			return err
		}
	}
	return nil
}

// put attaches a program, or gives an attached one's place to it.
func (k kept) put(cgroup *os.File, spec *ebpf.ProgramSpec) error {
	program, err := bpf.Load(spec)
	if err != nil {
		return err
	}
	defer program.Close()
	present, err := k.link(spec.Name)
	if err != nil {
		return err
	}
	if present != nil {
		defer present.Close()
		if err := present.Update(program); err != nil {
			return fmt.Errorf("replace %s on the pod's cgroup: %w", spec.Name, err)
		}
		return nil
	}
	made, err := bpf.Link(cgroup, spec, program)
	if err != nil {
		return err
	}
	defer made.Close()
	if err := made.Pin(k.file(keptLink + spec.Name)); err != nil {
		return fmt.Errorf("keep %s: %w", spec.Name, err)
	}
	return nil
}

func (k *Kernel) count(cgroup *os.File, keep kept) (maps, error) {
	m, err := keep.maps()
	if err != nil {
		return maps{}, err
	}
	if err := keep.put(cgroup, countProgram(k.layout, m, k.MostListed)); err != nil {
		m.close()
		return maps{}, err
	}
	return m, nil
}
