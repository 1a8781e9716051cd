package modern

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/process"
)

const (
	bootPatience = 3 * time.Minute
	endPatience  = 2 * time.Minute
	patience     = 30 * time.Second
)

// ErrNone says that there is no modern node, or that it is switched off.
var ErrNone = errors.New("the modern node does not run; e2e/cluster/up --modern starts it")

// Up starts the modern node in addition to the node, which must be up, or boots it again after it was switched off. If what it is
// made from has changed, it is replaced. It must be called on the main goroutine, which it leaves in a mount namespace of its
// own.
func Up(ctx context.Context, c Cache, b node.Binaries) error {
	key, err := c.key(b)
	if err != nil {
		return err
	}
	r, err := load()
	if err != nil {
		return err
	}
	switch {
	case r != nil && r.Complete && r.Key == key && r.Process.Alive():
		return r.await(ctx, c.Say)
	case r != nil && r.Complete && r.Key == key:
		return r.boot(ctx, c.Say)
	case r != nil:
		c.Say("removing the last modern node: its start was interrupted, or what it is made from has changed")
	}
	if err := Remove(ctx, c.Say); err != nil {
		return err
	}
	base, err := c.prepare(ctx, key, b)
	if err != nil {
		return err
	}
	// Its own name for the disk holds while the cache gets another.
	if err := link(ctx, base, disk); err != nil {
		return err
	}
	if err := writeSeed(ctx); err != nil {
		return err
	}
	return (&record{Key: key}).boot(ctx, c.Say)
}

// Prepare makes what a modern node needs to start, as far as it is missing. It must be called as Up is.
func Prepare(ctx context.Context, c Cache, b node.Binaries) error {
	key, err := c.key(b)
	if err != nil {
		return err
	}
	_, err = c.prepare(ctx, key, b)
	return err
}

// boot switches the machine on and waits for the node.
func (r *record) boot(ctx context.Context, say node.Say) error {
	// What an interrupted start left would hold the disk.
	if err := cgroup.Kill(cgroup.Modern, patience); err != nil {
		return err
	}
	if err := network.AllowMappings(mappings); err != nil {
		return err
	}
	if err := network.AddTap(); err != nil {
		return err
	}
	client, err := node.NewClient()
	if err != nil {
		return err
	}
	cpu, err := lastCPU()
	if err != nil {
		return err
	}
	if r.LastBoot, _, err = client.Boot(ctx, node.ModernName); err != nil {
		return err
	}
	if r.Process, err = process.Start(machine(cpu)); err != nil {
		return err
	}
	if err := r.save(); err != nil {
		return err
	}
	say("booting the modern node")
	if err := r.await(ctx, say); err != nil {
		return err
	}
	r.Complete = true
	return r.save()
}

// await returns when the node is ready in the present boot.
func (r *record) await(ctx context.Context, say node.Say) error {
	client, err := node.NewClient()
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(bootPatience); ; time.Sleep(200 * time.Millisecond) {
		boot, notReady, err := client.Boot(ctx, node.ModernName)
		switch {
		case err == nil && notReady == nil && boot != r.LastBoot:
			say("the node %s is Ready", node.ModernName)
			return nil
		case ctx.Err() != nil:
			return errors.New("interrupted before the modern node was ready")
		case !r.Process.Alive():
			return fmt.Errorf("the modern node has ended; its log is %s", Log)
		case time.Now().After(deadline):
			return fmt.Errorf("waited %s until the modern node is ready, its log is %s: %w", bootPatience, Log, errors.Join(err, notReady))
		}
	}
}

// Reboot boots the node again, by its own command, and returns when it is ready.
func Reboot(ctx context.Context, say node.Say) error {
	r, err := running()
	if err != nil {
		return err
	}
	if err := r.end(ctx, "reboot"); err != nil {
		return err
	}
	say("the modern node has gone down")
	return r.boot(ctx, say)
}

// PowerOff switches the node off: by its own command, or at once as a loss of power does.
func PowerOff(ctx context.Context, atOnce bool, say node.Say) error {
	r, err := running()
	if err != nil {
		return err
	}
	if atOnce {
		err = cgroup.Kill(cgroup.Modern, patience)
	} else {
		err = r.end(ctx, "poweroff")
	}
	if err == nil {
		say("the modern node is off; e2e/cluster/up --modern boots it again")
	}
	return err
}

// Running reports whether the modern node is switched on.
func Running() (bool, error) {
	_, err := running()
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	return err == nil, err
}

func running() (*record, error) {
	r, err := load()
	if err != nil {
		return nil, err
	}
	if r == nil || !r.Process.Alive() {
		return nil, ErrNone
	}
	return r, nil
}

// end has the guest end by itself, and ends what is left of it.
func (r *record) end(ctx context.Context, command string) error {
	message, err := Command(ctx, "systemctl", "--no-block", command).CombinedOutput()
	// The connection may be cut before the answer.
	if err != nil && !process.AwaitEnd(r.Process, patience) {
		return fmt.Errorf("have the modern node %s: %w: %s", command, err, bytes.TrimSpace(message))
	}
	if !process.AwaitEnd(r.Process, endPatience) {
		return fmt.Errorf("the modern node does not %s within %s; its log is %s", command, endPatience, Log)
	}
	return cgroup.Kill(cgroup.Modern, patience)
}

// Remove ends the modern node and removes all of it but the cache and the log, and its Node object if the API server
// answers.
func Remove(ctx context.Context, say node.Say) error {
	if err := cgroup.Kill(cgroup.Modern, patience); err != nil {
		return err
	}
	if err := network.RemoveTap(); err != nil {
		return err
	}
	if !exists(state) {
		return nil
	}
	if err := deleteNode(ctx); err != nil {
		say("the Node object %s may be left: %v", node.ModernName, err)
	}
	if err := os.RemoveAll(state); err != nil {
		return fmt.Errorf("remove the modern node's state: %w", err)
	}
	return nil
}

func deleteNode(ctx context.Context) error {
	client, err := node.NewClient()
	if err != nil {
		return err
	}
	return client.DeleteNode(ctx, node.ModernName)
}

// link gives a file another name, or copies it if that is on another file system.
func link(ctx context.Context, file, name string) error {
	if os.Link(file, name) == nil {
		return nil
	}
	return run(ctx, "cp", "--sparse=always", file, name)
}
