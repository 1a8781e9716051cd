package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// OpenFiles is the limit of open files that containers get.
type OpenFiles struct {
	Soft uint64 `json:"soft"`
	Hard uint64 `json:"hard"`
}

// FewestOpenFiles is what the node's own containers and the stories' servers need to start at all.
const FewestOpenFiles = 256

// resolve fills in what is not given, and refuses what containers cannot have here.
func (wanted OpenFiles) resolve(present OpenFiles) (OpenFiles, error) {
	if wanted.Soft == 0 {
		wanted.Soft = present.Soft
	}
	if wanted.Hard == 0 {
		wanted.Hard = present.Hard
	}
	machine, err := hardLimit()
	switch {
	case err != nil:
		return OpenFiles{}, err
	case wanted.Soft < FewestOpenFiles:
		return OpenFiles{}, fmt.Errorf("%d open files are too few for containers: give at least %d", wanted.Soft, FewestOpenFiles)
	case wanted.Hard > machine:
		return OpenFiles{}, fmt.Errorf("containers cannot have a hard limit of %d open files: this machine's is %d", wanted.Hard, machine)
	case wanted.Soft > wanted.Hard:
		return OpenFiles{}, fmt.Errorf("containers cannot have a soft limit of %d open files: the hard limit is %d", wanted.Soft, wanted.Hard)
	}
	return wanted, nil
}

// initialLimit has this machine's hard limit.
func initialLimit(soft uint64) (OpenFiles, error) {
	hard, err := hardLimit()
	if err != nil {
		return OpenFiles{}, err
	}
	return OpenFiles{Soft: soft}.resolve(OpenFiles{Hard: hard})
}

// hardLimit is this process' own. Only CAP_SYS_RESOURCE could go above it.
func hardLimit() (uint64, error) {
	limit := syscall.Rlimit{}
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, fmt.Errorf("read the limit of open files: %w", err)
	}
	return limit.Max, nil
}

// writeContainerSpec writes what containerd makes containers from: its own default and a limit of open files. Containers
// would inherit the runtime's limit, as they do under systemd, but a runc that was built with Go 1.19 to 1.20.3, as Debian
// 12 has it, raises its soft limit to the hard one first and hands that down. containerd reads it when it starts.
func writeContainerSpec(b Binaries, limit OpenFiles) error {
	spec, err := exec.Command(b.ctr(), "oci", "spec").Output()
	if err != nil {
		return fmt.Errorf("ask containerd for its default container: %w", err)
	}
	if spec, err = limitOpenFiles(spec, limit); err != nil {
		return err
	}
	if err := os.WriteFile(State+"/config/container.json", spec, 0o600); err != nil {
		return fmt.Errorf("write the default container: %w", err)
	}
	return nil
}

// limitOpenFiles sets the one resource limit of an OCI runtime specification.
func limitOpenFiles(text []byte, limit OpenFiles) ([]byte, error) {
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
	process["rlimits"] = []any{map[string]any{"type": "RLIMIT_NOFILE", "soft": limit.Soft, "hard": limit.Hard}}
	return json.Marshal(spec)
}
