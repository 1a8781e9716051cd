package main

import (
	"fmt"
	"strconv"

	"wstuning.dev/tuner/internal/bpf"
	"wstuning.dev/tuner/internal/cgroup"
	"wstuning.dev/tuner/internal/sockopt"
	"wstuning.dev/tuner/internal/sysctl"
)

// attachPrograms makes the options hold for the connections that this pod accepts. What is not proven to work does not
// stay. This process is in a cgroup below the pod's, because that is where OpenPod begins to look.
func attachPrograms(tree *sysctl.Tree, options sockopt.Options) error {
	sysctls, err := keepaliveSysctls(tree)
	if err != nil {
		return err
	}
	pod, err := cgroup.OpenPod()
	if err != nil {
		return err
	}
	defer pod.Close()
	if err := bpf.Attach(pod, options, sysctls); err != nil {
		return err
	}
	failure := bpf.Prove(options)
	if failure == nil {
		return nil
	}
	if err := bpf.Detach(pod); err != nil {
		return fmt.Errorf("programs do not work and cannot be detached: %w: %w", err, failure)
	}
	return fmt.Errorf("programs detached: %w", failure)
}

func keepaliveSysctls(tree *sysctl.Tree) (values bpf.Sysctls, err error) {
	for name, value := range map[string]*int32{
		"net.ipv4.tcp_keepalive_time":   &values.Time,
		"net.ipv4.tcp_keepalive_intvl":  &values.Interval,
		"net.ipv4.tcp_keepalive_probes": &values.Probes,
	} {
		key, _ := sysctl.Lookup(name)
		text, err := tree.Read(key)
		if err != nil {
			return values, err
		}
		number, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return values, fmt.Errorf("read %s: %w", name, err)
		}
		*value = int32(number)
	}
	return values, nil
}
