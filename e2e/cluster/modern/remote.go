package modern

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"

	"wstuning.dev/e2e/cluster/network"
)

// Command is a command that runs in the guest as root, without a shell between; without arguments, a shell for a person.
func Command(ctx context.Context, args ...string) *exec.Cmd {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = quote(arg)
	}
	ssh := []string{
		"-F", "/dev/null", "-i", filepath.Join(keys, "user"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
		"-o", "UserKnownHostsFile=" + filepath.Join(keys, "known_hosts"), "-o", "StrictHostKeyChecking=yes",
		"-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15", "-o", "LogLevel=ERROR", "root@" + network.ModernAddress,
	}
	if len(args) > 0 {
		ssh = append(ssh, "--", strings.Join(quoted, " "))
	}
	return exec.CommandContext(ctx, "ssh", ssh...)
}

// quote makes one word of a shell.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
