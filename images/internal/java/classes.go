package java

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// warmUpTimeout is for a program that does not know --warm-up and starts for good.
const warmUpTimeout = 2 * time.Minute

// ErrCannotEnter says that this user may not make namespaces or mounts, or that the machine has no unshare.
var ErrCannotEnter = errors.New("enter the root file system of an image")

// Program is a Java program in a root file system.
type Program struct {
	Root    string   // folder here; /dev and /proc are mounted in it for the program alone
	Java    string   // paths in it
	Options []string // before the main class; the class path is among them
	Main    string
}

// ArchiveClasses runs the program with --warm-up, which has it load its classes and end, and writes them in parsed form
// to a file in the root file system. A JVM that maps the file starts in half the time. It must be made under the paths
// and with the file times that the JVM will see later: the JVM checks them.
func (p Program) ArchiveClasses(ctx context.Context, archive string) error {
	ctx, cancel := context.WithTimeout(ctx, warmUpTimeout)
	defer cancel()
	for _, dir := range []string{"dev", "proc", "tmp"} {
		if err := os.MkdirAll(filepath.Join(p.Root, dir), 0o755); err != nil {
			return err
		}
	}
	if err := p.run(ctx, []string{"--version"}); err != nil {
		return fmt.Errorf("%w: %w", ErrCannotEnter, err)
	}
	const list = "/tmp/classes"
	if err := p.run(ctx, []string{"-Xshare:off", "-XX:DumpLoadedClassList=" + list}, p.Main, "--warm-up"); err != nil {
		return fmt.Errorf("list the classes of %s: %w", p.Main, err)
	}
	dump := []string{"-Xshare:dump", "-XX:SharedClassListFile=" + list, "-XX:SharedArchiveFile=" + archive}
	if err := p.run(ctx, dump); err != nil {
		return fmt.Errorf("archive the classes of %s: %w", p.Main, err)
	}
	return nil
}

// enter runs a command in the root file system $0. Without /dev/random the JVM gathers entropy for seconds.
const enter = `mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"`

func (p Program) run(ctx context.Context, options []string, main ...string) error {
	args := []string{"--mount", "--propagation=private", "--pid", "--fork", "--kill-child"}
	if os.Geteuid() != 0 {
		args = append(args, "--map-root-user")
	}
	args = append(args, "sh", "-c", enter, p.Root, p.Java)
	args = append(append(append(args, p.Options...), options...), main...)
	if said, err := exec.CommandContext(ctx, "unshare", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, said)
	}
	return nil
}
