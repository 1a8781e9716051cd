package modern

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/node"
	"wstuning.dev/e2e/cluster/process"
)

// importer is the configuration of a containerd that takes images in, and does nothing else.
const importer = `version = 3
root = "%[1]s"
state = "%[2]s/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.nri.v1.nri"]
[grpc]
address = "%[3]s"
[plugins.'io.containerd.internal.v1.opt']
path = "%[2]s/opt"
[plugins.'io.containerd.shim.v1.manager']
socket_dir = "%[2]s/s"
`

// importImages unpacks the archives into containerd's folder of the guest before that exists: it takes a twentieth of the
// time that it takes in there.
func (c Cache) importImages(ctx context.Context, folder string, b node.Binaries) error {
	here := filepath.Join(work, "importer")
	socket := filepath.Join(here, "containerd.sock")
	if err := os.MkdirAll(here, 0o755); err != nil {
		return fmt.Errorf("make the folder of the importer: %w", err)
	}
	config := filepath.Join(here, "containerd.toml")
	if err := os.WriteFile(config, fmt.Appendf(nil, importer, folder, here, socket), 0o600); err != nil {
		return fmt.Errorf("write the configuration of the importer: %w", err)
	}
	program := process.Program{
		Name: "containerd", Path: filepath.Join(b.Containerd, "containerd"), Args: []string{"--config=" + config},
		Env: environment(), Log: filepath.Join(here, "log"), Group: cgroup.Modern,
	}
	running, err := process.Start(program)
	if err != nil {
		return err
	}
	return errors.Join(c.fill(ctx, socket, b), process.End(running, 10*time.Second))
}

func (c Cache) fill(ctx context.Context, socket string, b node.Binaries) error {
	pause, err := b.PauseArchive()
	if err != nil {
		return err
	}
	ask := func(args ...string) error {
		return ctr(ctx, b, socket, nil, args...)
	}
	for deadline := time.Now().Add(20 * time.Second); ask("version") != nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("import images for the modern node: %w", ask("version"))
		}
	}
	if err := ctr(ctx, b, socket, pause, "images", "import", "-"); err != nil {
		return err
	}
	for _, archive := range c.Images {
		if err := ask("images", "import", archive); err != nil {
			return err
		}
	}
	return nil
}

func ctr(ctx context.Context, b node.Binaries, socket string, in []byte, args ...string) error {
	command := b.ContainerdClientAt(ctx, socket, args...)
	if in != nil {
		command.Stdin = bytes.NewReader(in)
	}
	if message, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("import images for the modern node: %w: %s", err, bytes.TrimSpace(message))
	}
	return nil
}

// ImportImage imports an archive into the node that runs.
func ImportImage(ctx context.Context, archive string) error {
	in, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("import %s into the modern node: %w", archive, err)
	}
	defer in.Close()
	command := Command(ctx, "ctr", "--namespace", "k8s.io", "images", "import", "-")
	command.Stdin = in
	if message, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("import %s into the modern node: %w: %s", archive, err, bytes.TrimSpace(message))
	}
	return nil
}
