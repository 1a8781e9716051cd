package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// writeContainerSpec writes what containerd makes containers from: its own default and a limit of open files. Containers
// would inherit the runtime's limit, as they do under systemd, but a runc that was built with Go 1.19 to 1.20.3, as Debian
// 12 has it, raises its soft limit to the hard one first and hands that down.
func writeContainerSpec(b Binaries, soft uint64) error {
	limit := syscall.Rlimit{}
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("read the limit of open files: %w", err)
	}
	if soft > limit.Max {
		return fmt.Errorf("containers cannot have a soft limit of %d open files: this machine's hard limit is %d", soft, limit.Max)
	}
	spec, err := exec.Command(b.ctr(), "oci", "spec").Output()
	if err != nil {
		return fmt.Errorf("ask containerd for its default container: %w", err)
	}
	if spec, err = limitOpenFiles(spec, soft, limit.Max); err != nil {
		return err
	}
	if err := os.WriteFile(State+"/config/container.json", spec, 0o600); err != nil {
		return fmt.Errorf("write the default container: %w", err)
	}
	return nil
}

// limitOpenFiles sets the one resource limit of an OCI runtime specification.
func limitOpenFiles(text []byte, soft, hard uint64) ([]byte, error) {
	var spec map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&spec); err != nil {
		return nil, fmt.Errorf("read the default container: %w", err)
	}
	process, ok := spec["process"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the default container has no process")
	}
	process["rlimits"] = []any{map[string]any{"type": "RLIMIT_NOFILE", "soft": soft, "hard": hard}}
	return json.Marshal(spec)
}
