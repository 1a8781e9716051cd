package java

import (
	"context"
	"fmt"
	"time"

	"wstuning.dev/images/internal/chroot"
)

// warmUpTimeout is for a program that does not know --warm-up and starts for good.
const warmUpTimeout = 2 * time.Minute

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
	if err := chroot.Prepare(ctx, p.Root, append(append([]string{p.Java}, p.Options...), "--version")...); err != nil {
		return err
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

func (p Program) run(ctx context.Context, options []string, main ...string) error {
	command := append([]string{p.Java}, p.Options...)
	return chroot.Run(ctx, p.Root, append(append(command, options...), main...)...)
}
