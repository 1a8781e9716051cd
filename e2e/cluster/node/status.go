package node

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// Health is what a node looks like from outside.
type Health struct {
	record *record
	// Problem is nil when the node is up.
	Problem error
}

// Check looks at the node without changing anything.
func Check(ctx context.Context) (Health, error) {
	r, err := load()
	if err != nil {
		return Health{}, err
	}
	return Health{record: r, Problem: problem(ctx, r)}, nil
}

// CheckPatiently is Check for those who would replace the node: a node whose programs all run gets the time to answer
// that it may need on a busy machine.
func CheckPatiently(ctx context.Context, patience time.Duration) (Health, error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(500 * time.Millisecond) {
		health, err := Check(ctx)
		if err != nil || health.Problem == nil || !health.mayRecover() || time.Now().After(deadline) || ctx.Err() != nil {
			return health, err
		}
	}
}

func (h Health) mayRecover() bool {
	return h.record != nil && h.record.Complete && h.record.dead() == "" && h.record.stopped() == ""
}

func problem(ctx context.Context, r *record) error {
	if r == nil {
		return fmt.Errorf("there is no node")
	}
	if stopped := r.stopped(); stopped != "" {
		return fmt.Errorf("%s is stopped; e2e/cluster/start-apiserver starts it", stopped)
	}
	if dead := r.dead(); dead != "" {
		return fmt.Errorf("%s does not run", dead)
	}
	if !r.Complete {
		return fmt.Errorf("the node is still starting, or its start was interrupted")
	}
	client, err := NewClient()
	if err != nil {
		return err
	}
	if err := client.ServerReady(ctx); err != nil {
		return err
	}
	return client.NodeReady(ctx, name)
}

// Exists reports whether there is a node in any state.
func (h Health) Exists() bool { return h.record != nil }

// Stopped reports whether a command stopped the API server, which is then the node's problem.
func (h Health) Stopped() bool { return h.record != nil && h.record.stopped() != "" }

// RunsFrom reports whether the node runs these programs.
func (h Health) RunsFrom(b Binaries) bool {
	return h.record != nil && slices.Equal(h.record.Programs, b.folders())
}

// SoftFiles is the soft limit of open files that the node's containers get.
func (h Health) SoftFiles() uint64 { return h.record.OpenFiles.Soft }

// Print writes a page for people.
func (h Health) Print(out io.Writer, versions []string) {
	if h.Problem == nil {
		fmt.Fprintf(out, "node %s is Ready\n", name)
	} else {
		fmt.Fprintf(out, "node %s is not healthy: %v\n", name, h.Problem)
	}
	if h.record == nil {
		return
	}
	for _, program := range h.record.Running {
		state := "runs"
		switch {
		case program.stopped():
			state = "is stopped"
		case !program.Process.Alive():
			state = "has ended"
		}
		fmt.Fprintf(out, "  %-24s pid %-8d %-10s %s\n", program.Name, program.Process.PID, state, logOf(program.Name))
	}
	for _, version := range versions {
		fmt.Fprintf(out, "  %s\n", version)
	}
	fmt.Fprintf(out, "  open files of containers: soft limit %d, hard limit %d\n", h.record.OpenFiles.Soft, h.record.OpenFiles.Hard)
	fmt.Fprintf(out, "  kubeconfig  %s\n  audit log   %s\n  containerd  %s\n  state       %s\n", Kubeconfig, AuditLog, Socket, State)
}
