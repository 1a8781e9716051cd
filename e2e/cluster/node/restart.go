package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"wstuning.dev/e2e/cluster/process"
)

// RestartRuntime ends containerd and starts it again next to the node's other programs; what runs in pods goes on, under the
// shims. Containers that are created later have the wanted limit, which it returns with the node's own for what is zero.
func RestartRuntime(ctx context.Context, b Binaries, wanted OpenFiles, say Say) (OpenFiles, error) {
	r, err := loadRunning("kubelet", "containerd")
	if err != nil {
		return OpenFiles{}, err
	}
	limit, err := wanted.resolve(r.OpenFiles)
	if err != nil {
		return OpenFiles{}, err
	}
	r.OpenFiles = limit
	if err := r.save(); err != nil {
		return OpenFiles{}, err
	}
	if err := writeContainerSpec(b, limit); err != nil {
		return OpenFiles{}, err
	}
	if err := process.End(r.Running[r.index("containerd")].Process, patience); err != nil {
		return OpenFiles{}, fmt.Errorf("end containerd: %w", err)
	}
	say("containerd has ended")
	s := starter{ctx: ctx, say: say, record: r}
	if err := s.startAgain(b.containerd()); err != nil {
		return OpenFiles{}, err
	}
	return limit, s.awaitRuntime(b)
}

func (s starter) awaitRuntime(b Binaries) error {
	if err := s.wait("containerd", "containerd answers", 30*time.Second, func() error { return importPause(s.ctx, b) }); err != nil {
		return err
	}
	client, err := NewClient()
	if err != nil {
		return err
	}
	return s.wait("kubelet", "the node is Ready", time.Minute, func() error {
		// The kubelet does not take that back while its runtime is away for a moment.
		return errors.Join(client.NodeReady(s.ctx, name), client.RuntimeAnswers(s.ctx, name))
	})
}

func (r *record) index(program string) int {
	return slices.IndexFunc(r.Running, func(p running) bool { return p.Name == program })
}

// inNamespaceOf is a program in the mount namespace of another: the one of the node, which Start made.
func inNamespaceOf(other process.Identity, p process.Program) process.Program {
	p.Args = append([]string{"--target=" + strconv.Itoa(other.PID), "--mount", "--", p.Path}, p.Args...)
	p.Path = nsenter
	return p
}

const nsenter = "/usr/bin/nsenter"
