// Package debian makes root file systems of Debian packages, without a container engine and without root.
package debian

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// apt is the host's apt with its sources and keys, but with a state of its own in which nothing is installed. So
// every package needs all its dependencies, and the host's packages are neither used nor changed.
type apt struct{ dir string }

func newApt(dir string) (apt, error) {
	for _, tool := range []string{"apt-get", "dpkg-deb", "tar"} {
		if _, err := exec.LookPath(tool); err != nil {
			return apt{}, fmt.Errorf("this image is made of Debian packages, which needs %s: run it on Debian or Ubuntu", tool)
		}
	}
	a := apt{dir}
	for _, sub := range []string{"lists/partial", "archives/partial", "nothing/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return apt{}, err
		}
	}
	return a, os.WriteFile(a.path("status"), nil, 0o644)
}

func (a apt) path(name string) string { return filepath.Join(a.dir, name) }

func (a apt) run(ctx context.Context, args ...string) (string, error) {
	options := []string{"-q", "-y",
		"-o", "Dir::State::Lists=" + a.path("lists"),
		"-o", "Dir::State::status=" + a.path("status"),
		"-o", "Dir::Cache=" + a.dir,
		"-o", "Dir::Cache::Archives=" + a.path("archives"),
		"-o", "APT::Sandbox::User=", // the sandbox user could not write to a home directory
	}
	command := exec.CommandContext(ctx, "apt-get", append(options, args...)...)
	output, err := command.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		err = fmt.Errorf("apt-get %s: %w\n%s", args[0], err, failed.Stderr)
	}
	return string(output), err
}

// closure lists the files of the packages and of everything they depend on. It looks away from the archives, because
// apt leaves out what it has already.
func (a apt) closure(ctx context.Context, packages []string) ([]string, error) {
	output, err := a.install(ctx, packages, "--print-uris", "-o", "Dir::Cache::Archives="+a.path("nothing"))
	if err != nil {
		return nil, err
	}
	return files(output), nil
}

func files(printedURIs string) (names []string) {
	for _, match := range uriLine.FindAllStringSubmatch(printedURIs, -1) {
		names = append(names, match[1])
	}
	return names
}

// uriLine is 'http://.../zlib1g_1.2.13_amd64.deb' zlib1g_1%3a1.2.13_amd64.deb 86684 MD5Sum:...
var uriLine = regexp.MustCompile(`(?m)^'[^']+' (\S+\.deb) \d+ `)

// download fetches what closure lists, checked by apt, and returns the folder that has the files.
func (a apt) download(ctx context.Context, packages []string) (string, error) {
	_, err := a.install(ctx, packages, "--download-only")
	return a.path("archives"), err
}

// install fetches new package lists and tries again when the ones at hand are missing or out of date.
func (a apt) install(ctx context.Context, packages []string, how ...string) (string, error) {
	args := append([]string{"install", "--no-install-recommends"}, how...)
	args = append(append(args, "--"), packages...)
	output, err := a.run(ctx, args...)
	if err == nil || ctx.Err() != nil {
		return output, err
	}
	// A source that fails is none of our business as long as the packages are found in another.
	_, updateErr := a.run(ctx, "update")
	if output, err = a.run(ctx, args...); err != nil {
		return "", errors.Join(err, updateErr)
	}
	return output, nil
}
