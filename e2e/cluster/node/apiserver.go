package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wstuning.dev/e2e/cluster/process"
)

const (
	apiserver         = "kube-apiserver"
	controllerManager = "kube-controller-manager"
)

// StopAPIServer ends the node's API server and leaves everything else running but the controllers: elsewhere these end by
// themselves when they cannot renew their lease. Here, where they are not elected, they would later take nodes for lost
// whose heartbeats had nowhere to go. Until StartAPIServer the record says that both are stopped, not crashed.
func StopAPIServer(say Say) error {
	r, err := loadRunning(apiserver, controllerManager)
	if err != nil {
		return err
	}
	for _, name := range []string{apiserver, controllerManager} {
		program := &r.Running[r.index(name)]
		program.Stopped = true
		if err := r.save(); err != nil {
			return err
		}
		if err := process.End(program.Process, patience); err != nil {
			return fmt.Errorf("end %s: %w", name, err)
		}
		say("%s has ended", name)
	}
	return nil
}

// StartAPIServer starts the API server and the controllers next to the node's other programs, and returns when they and the
// node are ready.
func StartAPIServer(ctx context.Context, b Binaries, say Say) error {
	r, err := loadRunning(apiserver, controllerManager, "kubelet")
	if err != nil {
		return err
	}
	client, err := NewClient()
	if err != nil {
		return err
	}
	s := starter{ctx: ctx, say: say, record: r}
	if err := s.startAgain(b.apiserver()); err != nil {
		return err
	}
	if err := s.wait(apiserver, "the API server is ready", time.Minute, func() error { return client.ServerReady(ctx) }); err != nil {
		return err
	}
	if err := s.startAgain(b.controllerManager()); err != nil {
		return err
	}
	return s.wait("kubelet", "the node is Ready", time.Minute, func() error { return client.NodeReady(ctx, name) })
}

// startAgain starts a program, which should have ended, in the mount namespace of the kubelet.
func (s starter) startAgain(program process.Program) error {
	if err := process.End(s.record.Running[s.record.index(program.Name)].Process, patience); err != nil {
		return err
	}
	kubelet := s.record.Running[s.record.index("kubelet")].Process
	identity, err := process.Start(inNamespaceOf(kubelet, program))
	if err != nil {
		return err
	}
	s.record.Running[s.record.index(program.Name)] = running{Name: program.Name, Process: identity}
	return s.record.save()
}

// loadRunning is the record of a node that has these programs.
func loadRunning(programs ...string) (*record, error) {
	r, err := load()
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, errors.New("there is no node")
	}
	for _, program := range programs {
		if r.index(program) < 0 {
			return nil, fmt.Errorf("the node's record has no %s", program)
		}
	}
	return r, nil
}
