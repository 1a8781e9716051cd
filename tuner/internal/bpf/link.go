package bpf

import (
	"fmt"
	"os"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"

	"wstuning.dev/tuner/internal/sockopt"
)

// Names are of the programs that Programs makes, in the order in which they are attached.
var Names = []string{establishedName, setsockoptName}

// Programs are what gives connections the options.
func Programs(options sockopt.Options, sysctls Sysctls) []*ebpf.ProgramSpec {
	specs := []*ebpf.ProgramSpec{established(options, sysctls)}
	if options.Override {
		specs = append(specs, setsockopt(options, sysctls))
	}
	return specs
}

// Load hands a program to the kernel.
func Load(spec *ebpf.ProgramSpec) (*ebpf.Program, error) {
	allowLockedMemory()
	program, err := ebpf.NewProgram(spec)
	if err != nil {
		return nil, fmt.Errorf("load %s on Linux %s: %w", spec.Name, release(), err)
	}
	return program, nil
}

// Link attaches a program to the cgroup for as long as the link is held or kept. It leaves the programs of others alone: if
// one no longer acted on the cgroup because of this one, it fails.
func Link(cgroup *os.File, spec *ebpf.ProgramSpec, program *ebpf.Program) (link.Link, error) {
	a := attachment{int(cgroup.Fd()), spec.AttachType, spec.Name, program}
	made, err := link.AttachRawLink(link.RawLinkOptions{Target: a.cgroup, Program: program, Attach: a.attach})
	if err := a.explain(err); err != nil {
		return nil, err
	}
	if err := a.leavesOut(); err != nil {
		made.Close()
		return nil, err
	}
	return made, nil
}
