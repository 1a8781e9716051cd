package modern

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/mounts"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/process"
)

// packages are Debian's in the guest, in addition to the essential ones.
const (
	release  = "bookworm"
	packages = "systemd,systemd-sysv,dbus,udev,containernetworking-plugins,iptables,conntrack,iproute2,procps," +
		"kmod,mount,openssl,ca-certificates,openssh-server,bpftool"
	diskSize = 10 << 30 // most of it is a hole
)

// Cache keeps disks, and the file system of packages that they are made from. One of each is kept.
type Cache struct {
	// Folder is where they are.
	Folder string
	// Runc is the folder of the program that starts its containers.
	Runc string
	// Images are the archives of the container images that pods find on the node.
	Images []string
	Say    node.Say
}

// key names the disk. It changes with everything that goes into it.
func (c Cache) key(b node.Binaries) (string, error) {
	sum := sha256.New()
	root, err := rootKey()
	if err != nil {
		return "", err
	}
	rendered, err := files()
	if err != nil {
		return "", err
	}
	fmt.Fprintln(sum, root, prepareScript, importer, unpacking, filesystem, b.Containerd, b.Kubernetes, b.Pause, c.Runc, diskSize)
	for _, f := range rendered {
		fmt.Fprintf(sum, "%s %o %d %s", f.path, f.mode, len(f.content), f.content)
	}
	for _, archive := range c.Images {
		if err := add(sum, archive); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("disk-%x", sum.Sum(nil)[:6]), nil
}

func rootKey() (string, error) {
	modules, err := modules()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, installing(modules))
	if err := add(sum, kernel); err != nil {
		return "", err
	}
	return fmt.Sprintf("root-%x", sum.Sum(nil)[:6]), nil
}

func add(sum hash.Hash, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("look at what the modern node is made from: %w", err)
	}
	defer in.Close()
	fmt.Fprintln(sum, filepath.Base(file))
	if _, err := io.Copy(sum, in); err != nil {
		return fmt.Errorf("look at what the modern node is made from: %w", err)
	}
	return nil
}

// prepare returns the file of the disk with that key, which it makes first if it is missing. It leaves the calling goroutine,
// which must be the main one, in a mount namespace of its own.
func (c Cache) prepare(ctx context.Context, key string, b node.Binaries) (string, error) {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return "", fmt.Errorf("make the modern node's folder: %w", err)
	}
	file := filepath.Join(c.Folder, key)
	if exists(file) {
		return file, nil
	}
	for _, cleanUp := range []func() error{
		b.Link, mounts.Isolate, c.Sweep,
		func() error { return os.RemoveAll(work) }, func() error { return os.MkdirAll(work, 0o755) },
	} {
		if err := cleanUp(); err != nil {
			return "", fmt.Errorf("prepare to make the modern node's disk: %w", err)
		}
	}
	packed, err := c.root(ctx)
	if err != nil {
		return "", err
	}
	c.Say("making the disk of the modern node (again when images change)")
	tree := filepath.Join(work, "tree")
	if err := os.Mkdir(tree, 0o755); err != nil {
		return "", fmt.Errorf("make the tree of the modern node: %w", err)
	}
	if err := run(ctx, "tar", append(unpacking, "--file="+packed, "--directory="+tree)...); err != nil {
		return "", err
	}
	if err := c.furnish(ctx, tree, b); err != nil {
		return "", err
	}
	if err := c.keep(key, func(unfinished string) error {
		if err := os.WriteFile(unfinished, nil, 0o600); err != nil {
			return err
		}
		if err := os.Truncate(unfinished, diskSize); err != nil {
			return err
		}
		return run(ctx, "mke2fs", append(filesystem, "-d", tree, unfinished)...)
	}); err != nil {
		return "", err
	}
	return file, os.RemoveAll(work)
}

var (
	unpacking  = []string{"--extract", "--numeric-owner", "--xattrs", "--xattrs-include=*"}
	filesystem = []string{"-q", "-t", "ext4"}
)

// installing are the arguments of mmdebstrap.
func installing(modules string) []string {
	return []string{
		"--mode=root", "--format=tar", "--variant=minbase", "--include=" + packages,
		"--customize-hook=mkdir -p \"$1/usr/lib/modules\"", "--customize-hook=copy-in " + modules + " /usr/lib/modules", release,
	}
}

// furnish adds to Debian's packages what else a node has.
func (c Cache) furnish(ctx context.Context, tree string, b node.Binaries) error {
	rendered, err := files()
	if err != nil {
		return err
	}
	for _, f := range append(rendered, file{"etc/hostname", 0o644, []byte(node.ModernName + "\n")}) {
		if err := f.write(tree); err != nil {
			return err
		}
	}
	for _, folder := range []string{b.Containerd, b.Kubernetes, c.Runc} {
		if err := run(ctx, "cp", "--archive", "--no-target-directory", folder, filepath.Join(tree, "usr/local/bin")); err != nil {
			return err
		}
	}
	if err := run(ctx, "chroot", tree, "/bin/sh", "-c", prepareScript); err != nil {
		return err
	}
	return c.importImages(ctx, filepath.Join(tree, "var/lib/containerd"), b)
}

// root returns the archive of Debian's packages and the kernel's modules.
func (c Cache) root(ctx context.Context) (string, error) {
	key, err := rootKey()
	if err != nil {
		return "", err
	}
	file := filepath.Join(c.Folder, key)
	if exists(file) {
		return file, nil
	}
	modules, err := modules()
	if err != nil {
		return "", err
	}
	c.Say("installing Debian's packages into the modern node's file system (only the first time)")
	return file, c.keep(key, func(unfinished string) error {
		return run(ctx, "mmdebstrap", append(installing(modules), unfinished)...)
	})
}

// keep has a file made next to its place, and puts it there when it is complete. Older ones of its kind are removed.
func (c Cache) keep(key string, make func(unfinished string) error) error {
	if err := os.MkdirAll(c.Folder, 0o755); err != nil {
		return fmt.Errorf("make the cache of the modern node: %w", err)
	}
	unfinished := filepath.Join(c.Folder, unfinishedPrefix+key)
	defer os.Remove(unfinished)
	if err := make(unfinished); err != nil {
		return err
	}
	kind, _, _ := strings.Cut(key, "-")
	older, err := filepath.Glob(filepath.Join(c.Folder, kind+"-*"))
	if err != nil {
		return err
	}
	for _, file := range older {
		os.Remove(file)
	}
	if err := os.Rename(unfinished, filepath.Join(c.Folder, key)); err != nil {
		return fmt.Errorf("keep what the modern node is made from: %w", err)
	}
	return nil
}

const unfinishedPrefix = "unfinished-"

// Sweep removes what an interrupted build left.
func (c Cache) Sweep() error {
	left, err := filepath.Glob(filepath.Join(c.Folder, unfinishedPrefix+"*"))
	if err != nil {
		return err
	}
	for _, file := range left {
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("remove an interrupted build of the modern node: %w", err)
		}
	}
	return nil
}

// run runs a program that builds the node, to its end.
func run(ctx context.Context, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return fmt.Errorf("make the modern node: %w", err)
	}
	return process.Run(ctx, process.Program{Name: name, Path: path, Args: args, Env: environment(), Group: cgroup.Modern})
}
