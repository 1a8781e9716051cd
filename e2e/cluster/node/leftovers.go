package node

import (
	"fmt"
	"os"
	"slices"

	"wstuning.dev/e2e/cluster/cgroup"
	"wstuning.dev/e2e/cluster/mounts"
	"wstuning.dev/e2e/cluster/network"
)

// Leftovers looks for what a node may leave on a machine, by other means than those that removed it.
func Leftovers() ([]string, error) {
	var left []string
	pids, err := cgroup.Processes()
	if err != nil {
		return nil, err
	}
	for _, pid := range pids {
		left = append(left, fmt.Sprintf("process %d", pid))
	}
	folders, err := cgroup.Folders()
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		left = append(left, "control group "+folder)
	}
	points, err := mounts.Under(Root)
	if err != nil {
		return nil, err
	}
	for _, point := range points {
		left = append(left, "mount "+point)
	}
	interfaces, err := network.PodInterfaces()
	if err != nil {
		return nil, err
	}
	for _, name := range interfaces {
		left = append(left, "network interface "+name)
	}
	if network.HasTap() {
		left = append(left, "network interface "+network.Tap)
	}
	if _, err := os.Stat(State); err == nil {
		left = append(left, "folder "+State)
	}
	slices.Sort(left)
	return left, nil
}
