package build

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

// Cache holds built programs, one folder a key.
type Cache struct {
	// Modules is the folder of the modules' sources.
	Modules string
	// Folder is where the results are kept.
	Folder string
	// Say announces each build before it starts.
	Say func(format string, args ...any)
	// Out gets what the Go command prints.
	Out io.Writer
}

// Lookup returns the module's folder of programs and whether it is there.
func (c Cache) Lookup(m Module) (folder string, built bool, err error) {
	key, err := m.Key(c.Modules)
	if err != nil {
		return "", false, err
	}
	folder = filepath.Join(c.Folder, key)
	_, err = os.Stat(folder)
	return folder, err == nil, nil
}

// Build returns the folder with the module's programs and makes them first where they are missing.
func (c Cache) Build(ctx context.Context, m Module) (string, error) {
	folder, built, err := c.Lookup(m)
	if err != nil || built {
		return folder, err
	}
	version, err := m.Version(c.Modules)
	if err != nil {
		return "", err
	}
	c.Say("building %s (only the first time)%s", strings.TrimSuffix(m.Name+" "+version, " "), expectation(m))
	// Programs appear in the cache all at once or not at all: an interrupted build leaves nothing that looks finished.
	unfinished := fmt.Sprintf("%s.%d", folder, os.Getpid())
	defer os.RemoveAll(unfinished)
	if err := os.MkdirAll(unfinished, 0o755); err != nil {
		return "", fmt.Errorf("prepare the cache for %s: %w", m.Name, err)
	}
	for _, pkg := range m.packages {
		if err := c.compile(ctx, m, version, pkg, unfinished); err != nil {
			return "", err
		}
	}
	if err := os.Rename(unfinished, folder); err != nil {
		return "", fmt.Errorf("keep the programs of %s: %w", m.Name, err)
	}
	return folder, nil
}

func (c Cache) compile(ctx context.Context, m Module, version, pkg, folder string) error {
	name := m.output
	if name == "" {
		name = path.Base(pkg)
	}
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-ldflags", m.linkerFlags(version), "-tags", m.tags, "-o", filepath.Join(folder, name), pkg)
	command.Dir = filepath.Join(c.Modules, m.Name)
	// The go command ends its compilers when it is interrupted, not when it is killed.
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.Env = append(os.Environ(), "CGO_ENABLED="+m.cgo(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	command.Stdout, command.Stderr = c.Out, c.Out
	if err := command.Run(); err != nil {
		return fmt.Errorf("build %s of %s %s: %w", name, m.Name, version, err)
	}
	return nil
}

func expectation(m Module) string {
	if m.Name == Kubernetes.Name {
		return ": 6 to 8 minutes on two cores"
	}
	return ""
}
