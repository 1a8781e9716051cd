package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wstuning.dev/e2e/cluster/process"
)

const apiserver = "kube-apiserver"

// StopAPIServer ends the node's API server and leaves everything else running. Until StartAPIServer the record says that it
// is stopped, not crashed.
func StopAPIServer(say Say) error {
	r, index, err := loadAPIServer()
	if err != nil {
		return err
	}
	r.Running[index].Stopped = true
	if err := r.save(); err != nil {
		return err
	}
	if err := process.End(r.Running[index].Process, patience); err != nil {
		return fmt.Errorf("end %s: %w", apiserver, err)
	}
	say("%s has ended", apiserver)
	return nil
}

// StartAPIServer starts the API server beside the node's other programs, and returns when it and the node are ready.
func StartAPIServer(ctx context.Context, b Binaries, say Say) error {
	r, index, err := loadAPIServer()
	if err != nil {
		return err
	}
	kubelet := r.index("kubelet")
	if kubelet < 0 {
		return errors.New("the node's record has no kubelet")
	}
	identity, err := process.Start(beside(r.Running[kubelet].Process, b.apiserver()))
	if err != nil {
		return err
	}
	r.Running[index] = running{Name: apiserver, Process: identity}
	if err := r.save(); err != nil {
		return err
	}
	client, err := NewClient()
	if err != nil {
		return err
	}
	s := starter{ctx: ctx, say: say, record: r}
	if err := s.wait(apiserver, "the API server is ready", time.Minute, func() error { return client.ServerReady(ctx) }); err != nil {
		return err
	}
	return s.wait("kubelet", "the node is Ready", time.Minute, func() error { return client.NodeReady(ctx, name) })
}

func loadAPIServer() (*record, int, error) {
	r, err := load()
	if err != nil {
		return nil, 0, err
	}
	if r == nil {
		return nil, 0, errors.New("there is no node")
	}
	index := r.index(apiserver)
	if index < 0 {
		return nil, 0, fmt.Errorf("the node's record has no %s", apiserver)
	}
	return r, index, nil
}
