package node

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wstuning.dev/e2e/cluster/image"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/process"
)

// starter starts programs one after the other and waits for what each must reach before the next.
type starter struct {
	ctx    context.Context
	say    Say
	record *record
}

func (s starter) run(b Binaries) error {
	if err := s.start(b.etcd(), b.containerd(), b.apiserver()); err != nil {
		return err
	}
	if err := s.wait("containerd", "containerd answers", 30*time.Second, func() error { return importPause(s.ctx, b) }); err != nil {
		return err
	}
	client, err := NewClient()
	if err != nil {
		return err
	}
	if err := s.wait("kube-apiserver", "the API server is ready", time.Minute, func() error { return client.ServerReady(s.ctx) }); err != nil {
		return err
	}
	if err := s.start(b.controllerManager(), b.scheduler(), b.kubelet(), b.proxy()); err != nil {
		return err
	}
	for _, goal := range []struct {
		program, what string
		reached       func() error
	}{
		{"kube-controller-manager", "service accounts are there", func() error { return client.HasDefaultServiceAccount(s.ctx) }},
		{"kubelet", "the node is Ready", func() error { return client.NodeReady(s.ctx, name) }},
		{"kube-proxy", "Services are reachable", serviceReachable},
	} {
		if err := s.wait(goal.program, goal.what, time.Minute, goal.reached); err != nil {
			return err
		}
	}
	s.record.Complete = true
	return s.record.save()
}

func (s starter) start(programs ...process.Program) error {
	names := []string{}
	for _, p := range programs {
		identity, err := process.Start(p)
		if err != nil {
			return err
		}
		s.record.Running = append(s.record.Running, running{Name: p.Name, Process: identity})
		if err := s.record.save(); err != nil {
			return err
		}
		names = append(names, p.Name)
	}
	s.say("started %s", strings.Join(names, ", "))
	return nil
}

// wait repeats a question until it is answered well, a program ends, or time is up.
func (s starter) wait(program, what string, patience time.Duration, reached func() error) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		err := reached()
		if err == nil {
			s.say("%s", what)
			return nil
		}
		if s.ctx.Err() != nil {
			return fmt.Errorf("interrupted before %s", what)
		}
		if dead := s.record.dead(); dead != "" {
			return &Failure{Program: dead, err: fmt.Errorf("%s has ended", dead)}
		}
		if time.Now().After(deadline) {
			return &Failure{Program: program, err: fmt.Errorf("waited %s until %s: %w", patience, what, err)}
		}
	}
}

// Failure is an error that a program's log explains.
type Failure struct {
	Program string
	err     error
}

func (f *Failure) Error() string { return f.err.Error() }
func (f *Failure) Unwrap() error { return f.err }

func importPause(ctx context.Context, b Binaries) error {
	archive, err := b.PauseArchive()
	if err != nil {
		return err
	}
	ctr := b.ImportImages(ctx, "-")
	ctr.Stdin = bytes.NewReader(archive)
	if message, err := ctr.CombinedOutput(); err != nil {
		return fmt.Errorf("import the pause image: %w: %s", err, message)
	}
	return nil
}

// PauseArchive is the archive of the image PauseImage.
func (b Binaries) PauseArchive() ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(b.Pause, "pause"))
	if err != nil {
		return nil, fmt.Errorf("read the pause program: %w", err)
	}
	var archive bytes.Buffer
	if err := image.WriteStatic(&archive, PauseImage, "pause", content); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}

func serviceReachable() error {
	connection, err := net.DialTimeout("tcp", network.APIService+":443", time.Second)
	if err != nil {
		return fmt.Errorf("reach the API server by its Service: %w", err)
	}
	return connection.Close()
}
