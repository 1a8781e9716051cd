package modern

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"wstuning.dev/e2e/cluster/config"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/node"
)

// writeSeed writes the archive of what is this cluster's own, and the keys that lead into the guest. The guest reads it
// from its second disk when it is booted for the first time.
func writeSeed(ctx context.Context) error {
	given, err := given(ctx)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	archive := tar.NewWriter(&packed)
	for _, f := range given {
		header := &tar.Header{Name: f.path, Mode: int64(f.mode), Size: int64(len(f.content))}
		if err := archive.WriteHeader(header); err != nil {
			return fmt.Errorf("pack what the modern node is given: %w", err)
		}
		if _, err := archive.Write(f.content); err != nil {
			return fmt.Errorf("pack what the modern node is given: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("pack what the modern node is given: %w", err)
	}
	if err := os.WriteFile(seedFile, packed.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write what the modern node is given: %w", err)
	}
	return nil
}

func given(ctx context.Context) ([]file, error) {
	if err := writeKeys(ctx); err != nil {
		return nil, err
	}
	given := []file{}
	for path, source := range map[string]string{
		"etc/kubernetes/ca.crt":        filepath.Join(node.Certificates, "ca.crt"),
		"etc/kubernetes/kubelet.crt":   filepath.Join(node.Certificates, node.ModernKubelet+".crt"),
		"etc/kubernetes/kubelet.key":   filepath.Join(node.Certificates, node.ModernKubelet+".key"),
		"etc/ssh/ssh_host_ed25519_key": filepath.Join(keys, "host"),
		"root/.ssh/authorized_keys":    filepath.Join(keys, "user.pub"),
	} {
		content, err := os.ReadFile(source)
		if err != nil {
			return nil, fmt.Errorf("read what the modern node is given: %w", err)
		}
		given = append(given, file{path, 0o600, content})
	}
	for path, user := range map[string]string{"kubelet": node.ModernKubelet, "kube-proxy": "kube-proxy"} {
		content, err := config.Kubeconfig(node.Certificates, server, user)
		if err != nil {
			return nil, err
		}
		given = append(given, file{"etc/kubernetes/" + path + ".kubeconfig", 0o600, content})
	}
	return given, nil
}

// writeKeys makes the guest's own key, which the machine knows it by, and the one that it lets in.
func writeKeys(ctx context.Context) error {
	if err := os.RemoveAll(keys); err != nil {
		return fmt.Errorf("remove the last keys of the modern node: %w", err)
	}
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return fmt.Errorf("make the folder of the modern node's keys: %w", err)
	}
	for _, name := range []string{"host", "user"} {
		command := exec.CommandContext(ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "wstuning", "-f", filepath.Join(keys, name))
		if message, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("make a key for the modern node: %w: %s", err, message)
		}
	}
	public, err := os.ReadFile(filepath.Join(keys, "host.pub"))
	if err != nil {
		return fmt.Errorf("read the modern node's key: %w", err)
	}
	known := append([]byte(network.ModernAddress+" "), public...)
	if err := os.WriteFile(filepath.Join(keys, "known_hosts"), known, 0o600); err != nil {
		return fmt.Errorf("write the modern node's key: %w", err)
	}
	return nil
}
