package node

import (
	"context"
	"fmt"
	"os"

	"wstuning.dev/e2e/cluster/certificates"
	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/mounts"
	"wstuning.dev/e2e/cluster/network"
)

// Say shows the user one line.
type Say func(format string, args ...any)

// Start starts a node on a machine that has none. It must be called on the main goroutine, which it leaves in the node's
// mount namespace.
func Start(ctx context.Context, binaries Binaries, softFiles uint64, say Say) error {
	limit, err := initialLimit(softFiles)
	if err != nil {
		return err
	}
	if busy := network.Busy(ports); len(busy) > 0 {
		return fmt.Errorf("another program listens on the ports %v, which the node needs; is there another Kubernetes or etcd? `ss -ltnp` shows it", busy)
	}
	before, err := observeMachine()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(Logs, 0o755); err != nil {
		return fmt.Errorf("make the node's folders: %w", err)
	}
	s := starter{ctx: ctx, say: say, record: &record{Programs: binaries.folders(), OpenFiles: limit, Before: before}}
	if err := s.record.save(); err != nil {
		return err
	}
	if err := prepare(binaries, limit); err != nil {
		return err
	}
	if err := mounts.Isolate(); err != nil {
		return err
	}
	if err := mounts.Complete(); err != nil {
		return err
	}
	return s.run(binaries)
}

// prepare changes the machine and writes the files that programs read.
func prepare(binaries Binaries, limit OpenFiles) error {
	if err := network.AddAddress(); err != nil {
		return err
	}
	if err := network.Forward(); err != nil {
		return err
	}
	if err := cgroup.Create(); err != nil {
		return err
	}
	if err := certificates.WriteAll(pki, identities); err != nil {
		return err
	}
	if err := configuration().Write(); err != nil {
		return err
	}
	if err := writeContainerSpec(binaries, limit); err != nil {
		return err
	}
	return binaries.Link()
}
