package debian

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// layout changes when the same packages are to be unpacked in another way than before.
const layout = "1"

// RootFS unpacks the packages and everything they depend on into a folder of the cache, and returns that folder. The
// packages' scripts are not run. A folder that is there already is complete. Only one process may use the cache.
func RootFS(ctx context.Context, cache string, packages ...string) (string, error) {
	a, err := newApt(filepath.Join(cache, "debs"))
	if err != nil {
		return "", err
	}
	files, err := a.closure(ctx, packages)
	if err != nil {
		return "", fmt.Errorf("find what %s depends on: %w", strings.Join(packages, ", "), err)
	}
	slices.Sort(files)
	key := sha256.Sum256([]byte(layout + "\n" + strings.Join(files, "\n")))
	root := filepath.Join(cache, "rootfs", packages[0]+"-"+hex.EncodeToString(key[:6]))
	if _, err := os.Stat(root); err == nil {
		return root, nil
	}

	archives, err := a.download(ctx, packages)
	if err != nil {
		return "", fmt.Errorf("download %s: %w", strings.Join(packages, ", "), err)
	}
	work := root + ".unfinished"
	if err := os.RemoveAll(work); err != nil {
		return "", err
	}
	if err := prepare(work); err != nil {
		return "", err
	}
	for _, file := range files {
		if err := unpack(ctx, filepath.Join(archives, file), work); err != nil {
			return "", fmt.Errorf("unpack %s: %w", file, err)
		}
	}
	return root, os.Rename(work, root)
}

// prepare does what Debian's installer and the packages' scripts would do: links, since packages still ship files in
// /lib and /bin, and the order in which host names are looked up, without which glibc skips /etc/hosts.
func prepare(root string) error {
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		if err := os.MkdirAll(filepath.Join(root, "usr", dir), 0o755); err != nil {
			return err
		}
		if err := os.Symlink("usr/"+dir, filepath.Join(root, dir)); err != nil {
			return err
		}
	}
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "etc", "nsswitch.conf"), []byte("hosts: files dns\n"), 0o644)
}

// unused is what no server reads; conversions to character sets other than UTF-8, which glibc has built in, among them.
var unused = []string{
	"./usr/share/bash-completion", "./usr/share/bug", "./usr/share/doc", "./usr/share/doc-base", "./usr/share/gdb",
	"./usr/share/info", "./usr/share/lintian", "./usr/share/locale", "./usr/share/man", "./usr/share/nodejs/@types",
	"./usr/share/zsh", "./usr/lib/*/gconv",
}

// unpack does what dpkg-deb --extract does, except that a folder in the package does not replace a link in root.
func unpack(ctx context.Context, file, root string) error {
	args := []string{"--extract", "--directory", root, "--keep-directory-symlink", "--no-same-owner", "--preserve-permissions"}
	for _, path := range unused {
		args = append(args, "--exclude="+path)
	}
	read := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", file)
	write := exec.CommandContext(ctx, "tar", args...)
	var messages bytes.Buffer
	read.Stderr, write.Stderr = &messages, &messages
	pipe, err := read.StdoutPipe()
	if err != nil {
		return err
	}
	write.Stdin = pipe
	if err := read.Start(); err != nil {
		return err
	}
	if err := errors.Join(write.Run(), read.Wait()); err != nil {
		return fmt.Errorf("%w\n%s", err, messages.String())
	}
	return nil
}
