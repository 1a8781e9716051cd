package main

import (
	"wstuning.dev/tuner/internal/cgroup"
	"wstuning.dev/tuner/internal/counting"
)

// openPods looks what the node's kernel can do for pods. If it can do less, sysctls and open files are still set.
func openPods(cgroups, objects, metrics string) *podOptions {
	options := &podOptions{metrics: metrics, reportEvery: reportEvery}
	root, err := cgroup.Unified(cgroups)
	if err != nil {
		options.noKernel = err.Error()
		return options
	}
	options.cgroup, options.kernel = root, counting.Open(objects)
	return options
}
