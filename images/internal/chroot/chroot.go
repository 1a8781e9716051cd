// Package chroot runs programs inside the root file systems that images are made of.
package chroot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrCannotEnter says that this user may not make namespaces or mounts, or that the machine has no unshare.
var ErrCannotEnter = errors.New("enter the root file system of an image")

// enter runs a command in the root file system $0. Without /dev/random a JVM gathers entropy for seconds.
const enter = `mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"`

// Prepare makes the folders that programs in root expect, and tries whether root can be entered.
func Prepare(ctx context.Context, root string, try ...string) error {
	for _, dir := range []string{"dev", "proc", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
	}
	if err := Run(ctx, root, try...); err != nil {
		return fmt.Errorf("%w: %w", ErrCannotEnter, err)
	}
	return nil
}

// Run runs a command in root, in which /dev and /proc are mounted for it alone.
func Run(ctx context.Context, root string, command ...string) error {
	args := []string{"--mount", "--propagation=private", "--pid", "--fork", "--kill-child"}
	if os.Geteuid() != 0 {
		args = append(args, "--map-root-user")
	}
	args = append(append(args, "sh", "-c", enter, root), command...)
	if said, err := exec.CommandContext(ctx, "unshare", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, said)
	}
	return nil
}
