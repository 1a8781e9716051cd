package modern

import (
	"context"
	"fmt"
	"io"

	"wstuning.dev/e2e/cluster/node"
)

// Print writes some lines for people, if there is a modern node.
func Print(ctx context.Context, out io.Writer) error {
	r, err := load()
	if err != nil || r == nil {
		return err
	}
	if !r.Process.Alive() && !r.Complete {
		fmt.Fprintf(out, "node %s: its start was interrupted; e2e/cluster/up --modern starts it again\n", node.ModernName)
		return nil
	}
	if !r.Process.Alive() {
		fmt.Fprintf(out, "node %s is switched off; e2e/cluster/up --modern boots it\n", node.ModernName)
		return nil
	}
	state := "is Ready"
	client, err := node.NewClient()
	if err == nil {
		err = client.NodeReady(ctx, node.ModernName)
	}
	if err != nil {
		state = "is not healthy: " + err.Error()
	}
	fmt.Fprintf(out, "node %s %s\n  %-24s pid %-8d %-10s %s\n", node.ModernName, state, "user-mode Linux", r.Process.PID, "runs", Log)
	fmt.Fprintf(out, "  e2e/cluster/modern-node run COMMAND runs something there\n")
	return nil
}
