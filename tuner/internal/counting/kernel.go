// Package counting gives options to the connections that the servers of a pod accept, counts these connections, and reads
// which options they have. It does so from outside of the pod: by programs on its cgroup.
package counting

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/bpf"
	"wstuning.dev/tuner/internal/sockopt"
)

// MostListed bounds the memory that the list of a pod's open connections takes, a third of a KiB for each. Options are read
// of those that are listed; all are counted.
const MostListed = 1 << 12

// The oldest Linux on which the programs are used. An older one may attach programs that do nothing, and no process of the
// pod is there to prove them.
const leastMajor, leastMinor = 6, 1

// Kernel implements podtune.Kernel.
type Kernel struct {
	lock             sync.Mutex // one pod at a time
	folder           string
	swept            time.Time
	layout           layout
	lister           *lister
	programs, counts error
	// MostListed bounds how many open connections of a pod are listed.
	MostListed int32
}

// Open finds out what the kernel of this node can do. objects is where this process sees the node's file system of BPF objects.
func Open(objects string) *Kernel {
	k := &Kernel{MostListed: MostListed}
	err := bpf.NotBefore(leastMajor, leastMinor)
	if err == nil {
		k.folder, err = openKept(objects)
	}
	if err == nil {
		err = k.sweep()
	}
	if err != nil {
		k.programs, k.counts = err, err
		return k
	}
	k.programs = explain(tryPrograms())
	if k.counts = k.openLister(); k.counts == nil {
		k.counts = k.tryCount()
	}
	k.counts = explain(k.counts)
	return k
}

func explain(err error) error {
	switch {
	case errors.Is(err, unix.EPERM):
		return fmt.Errorf("the agent lacks one of the capabilities BPF, NET_ADMIN and PERFMON, or the kernel is locked down: %w. Next: look for what took it from the pods of wstuning-node-agent-pods", err)
	case errors.Is(err, btf.ErrNotSupported):
		return fmt.Errorf("%w. Next: give the node a kernel with CONFIG_DEBUG_INFO_BTF", err)
	}
	return err
}

// Possible is why connections cannot get options, and why they cannot be counted.
func (k *Kernel) Possible() (programs, counts error) { return k.programs, k.counts }

// tryPrograms loads one that sets all options.
func tryPrograms() error {
	all := sockopt.Options{Keepalive: &sockopt.Keepalive{TimeSeconds: 1, IntervalSeconds: 1, Probes: 1}, UserTimeoutSeconds: 1}
	program, err := bpf.Load(bpf.Programs(all, bpf.Sysctls{})[0])
	if err != nil {
		return err
	}
	return program.Close()
}

func (k *Kernel) openLister() (err error) {
	if k.layout, err = readLayout(); err != nil {
		return err
	}
	lister, err := newLister(k.layout)
	if err != nil {
		return err
	}
	if err := lister.prove(); err != nil {
		lister.close()
		return fmt.Errorf("self-test: %w", err)
	}
	k.lister = lister
	return nil
}

// tryCount loads a program that is attached to no pod.
func (k *Kernel) tryCount() error {
	counts, err := newCounts()
	if err != nil {
		return err
	}
	defer counts.Close()
	listed, err := newListed()
	if err != nil {
		return err
	}
	defer listed.Close()
	program, err := bpf.Load(countProgram(k.layout, maps{counts, listed}, k.MostListed))
	if err != nil {
		return err
	}
	return program.Close()
}

// Close ends what this agent holds. What is attached stays.
func (k *Kernel) Close() {
	if k.lister != nil {
		k.lister.close()
	}
}

// sweep removes what is kept of pods that are gone, and by other versions.
func (k *Kernel) sweep() error {
	k.swept = time.Now()
	done, err := exclude(k.folder)
	if err != nil {
		return err
	}
	defer done()
	entries, err := os.ReadDir(k.folder)
	for _, entry := range entries {
		pod := kept{filepath.Join(k.folder, entry.Name())}
		if !pod.acts() {
			err = errors.Join(err, pod.remove())
		}
	}
	return err
}
