package modern

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/kube"
	"wstuning.dev/e2e/cluster/mounts"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/process"
)

const (
	bootPatience = 3 * time.Minute
	patience     = 30 * time.Second
)

// ErrNone says that there is no modern node, or that it is switched off.
var ErrNone = errors.New("the modern node does not run; e2e/cluster/up --modern starts it")

// Up starts the modern node beside the node, which must be up, or boots it again after it was switched off. It is made
// anew where what it is made from has changed. It must be called on the main goroutine, which it leaves in a mount namespace
// of its own.
func Up(ctx context.Context, c Cache, b node.Binaries) error {
	if err := b.Link(); err != nil {
		return err
	}
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
		c.Say("the modern node is up already")
		return nil
	case r != nil && r.Complete && r.Key == key:
		return r.boot(ctx, c.Say)
	case r != nil:
		c.Say("removing the last modern node: it was interrupted, or what it is made from has changed")
	}
	if err := Remove(ctx); err != nil {
		return err
	}
	if err := mounts.Isolate(); err != nil {
		return err
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return fmt.Errorf("make the modern node's folder: %w", err)
	}
	base, err := c.make(ctx, key, b)
	if err != nil {
		return err
	}
	// Its own name for the disk holds while the cache gets another.
	if err := link(base, disk); err != nil {
		return err
	}
	if err := writeSeed(ctx); err != nil {
		return err
	}
	r = &record{Key: key}
	return r.boot(ctx, c.Say)
}

// boot switches the machine on and waits for the node.
func (r *record) boot(ctx context.Context, say node.Say) error {
	if err := network.AllowMappings(mappings); err != nil {
		return err
	}
	if !network.HasTap() {
		if err := network.AddTap(); err != nil {
			return err
		}
	}
	client, err := node.NewClient()
	if err != nil {
		return err
	}
	cpu, err := lastCPU()
	if err != nil {
		return err
	}
	before := client.BootID(ctx, node.ModernName)
	if r.Process, err = process.Start(machine(cpu)); err != nil {
		return err
	}
	if err := r.save(); err != nil {
		return err
	}
	say("booting the modern node")
	if err := r.await(ctx, client, before); err != nil {
		return err
	}
	say("the node %s is Ready", node.ModernName)
	r.Complete = true
	return r.save()
}

// await returns when the node is ready in another boot than the one before.
func (r *record) await(ctx context.Context, client *kube.Client, before string) error {
	for deadline := time.Now().Add(bootPatience); ; time.Sleep(200 * time.Millisecond) {
		err := client.NodeReady(ctx, node.ModernName)
		if err == nil && client.BootID(ctx, node.ModernName) != before {
			return nil
		}
		switch {
		case ctx.Err() != nil:
			return errors.New("interrupted before the modern node was ready")
		case !r.Process.Alive():
			return fmt.Errorf("the modern node has ended; its log is %s", Log)
		case time.Now().After(deadline):
			return fmt.Errorf("waited %s until the modern node is ready, its log is %s: %w", bootPatience, Log, err)
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

// Running tells whether the modern node is switched on.
func Running() bool {
	_, err := running()
	return err == nil
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
	// The connection may be cut before the answer.
	message, err := Command(ctx, "systemctl", "--no-block", command).CombinedOutput()
	if !process.AwaitEnd(r.Process, time.Minute) {
		return fmt.Errorf("the modern node does not %s: %w: %s", command, err, message)
	}
	return cgroup.Kill(cgroup.Modern, patience)
}

// Remove ends the modern node and removes all of it but the cache and the log, and its Node object where the API server
// answers.
func Remove(ctx context.Context) error {
	if err := cgroup.Kill(cgroup.Modern, patience); err != nil {
		return err
	}
	if err := network.RemoveTap(); err != nil {
		return err
	}
	existed := exists(state)
	if err := os.RemoveAll(state); err != nil {
		return fmt.Errorf("remove the modern node's state: %w", err)
	}
	if !existed {
		return nil
	}
	client, err := node.NewClient()
	if err != nil {
		return err
	}
	return client.DeleteNode(ctx, node.ModernName)
}

// link gives a file another name, or copies it where that is on another file system.
func link(file, name string) error {
	if os.Link(file, name) == nil {
		return nil
	}
	if message, err := exec.Command("cp", "--sparse=always", file, name).CombinedOutput(); err != nil {
		return fmt.Errorf("copy the modern node's disk: %w: %s", err, message)
	}
	return nil
}

func lookPath(name string) (string, error) {
	for _, folder := range filepath.SplitList("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin") {
		if path := filepath.Join(folder, name); exists(path) {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no program %s", name)
}
