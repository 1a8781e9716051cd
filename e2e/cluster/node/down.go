package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/network"
)

const patience = 10 * time.Second

// Remove ends the node and takes back everything that it did to the machine, in any state: running, half
// started, crashed, or not there at all. It returns whether there was anything. The logs are kept in LastLogs.
func Remove() (bool, error) {
	r, err := load()
	if err != nil {
		return true, err
	}
	groups, err := cgroup.Folders()
	if err != nil {
		return true, err
	}
	_, missing := os.Stat(State)
	if r == nil && len(groups) == 0 && missing != nil {
		return false, nil
	}
	// Everything runs in the node's control groups; with the last process its mounts and network namespaces go too.
	if err := endRecorded(r); err != nil {
		return true, err
	}
	if err := cgroup.KillAll(patience); err != nil {
		return true, err
	}
	if err := cgroup.Remove(patience); err != nil {
		return true, err
	}
	if r != nil {
		if err := r.Before.restore(); err != nil {
			return true, err
		}
	}
	if err := keepLogs(); err != nil {
		return true, err
	}
	if err := os.RemoveAll(State); err != nil {
		return true, fmt.Errorf("remove the node's state: %w", err)
	}
	return true, nil
}

// endRecorded ends the programs that were started but have not joined their control group yet.
func endRecorded(r *record) error {
	if r == nil {
		return nil
	}
	for _, program := range r.Running {
		if !program.Process.Alive() {
			continue
		}
		if err := syscall.Kill(program.Process.PID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("end %s: %w", program.Name, err)
		}
	}
	return nil
}

func (m machine) restore() error {
	if m.Boot != bootID() {
		return m.clearOutside()
	}
	failures := []error{
		network.RemoveTap(),
		network.RemovePodInterfaces(patience),
		network.RestoreRules(m.Rules),
		network.RestoreSettings(m.Settings),
	}
	if !m.HasAddress {
		failures = append(failures, network.RemoveAddress())
	}
	return errors.Join(append(failures, m.clearOutside())...)
}

// clearOutside removes what programs keep outside of the state folder: links to pods' logs, results of CNI plugins, the
// kubelet's folder of device plugins, and the node agent's journal.
func (m machine) clearOutside() error {
	links, err := filepath.Glob("/var/log/containers/*.log")
	if err != nil {
		return err
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, State+"/") {
			os.Remove(link)
		}
	}
	results, err := filepath.Glob("/var/lib/cni/results/" + network.CNINetwork + "-*")
	if err != nil {
		return err
	}
	for _, result := range results {
		os.Remove(result)
	}
	for _, folder := range slices.Backward(outside) {
		if slices.Contains(m.Folders, folder) {
			continue
		}
		if folder == "/var/lib/kubelet/device-plugins" || folder == agentJournal {
			os.RemoveAll(folder)
		}
		// Not if something else has come to live there.
		os.Remove(folder)
	}
	return nil
}

func keepLogs() error {
	if _, err := os.Stat(Logs); err != nil {
		return nil
	}
	if err := os.RemoveAll(LastLogs); err != nil {
		return fmt.Errorf("remove the logs before the last: %w", err)
	}
	if err := os.Rename(Logs, LastLogs); err != nil {
		return fmt.Errorf("keep the logs: %w", err)
	}
	return nil
}
