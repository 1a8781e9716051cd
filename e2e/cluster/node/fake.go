package node

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"wstuning.dev/e2e/cluster/fake"
	"wstuning.dev/e2e/cluster/kube"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/process"
)

const (
	kwok = "kwok"
	// The addresses that stages give to the pods of fake nodes. Nothing listens there.
	fakePodSubnet = "198.18.208.0/20"
)

// StartFakes makes fake nodes next to the node, with kubelets of this version, starts what plays these from its folder, and
// returns when it does. The fake nodes that are there already stay.
func StartFakes(ctx context.Context, folder, version string, count int, say Say) error {
	r, err := loadRunning(apiserver)
	if err != nil {
		return err
	}
	s := starter{ctx: ctx, say: say, record: r}
	if at := r.index(kwok); at >= 0 && !r.Running[at].Process.Alive() {
		r.forget(kwok)
	}
	if r.index(kwok) < 0 {
		stages, err := fake.WriteStages(filepath.Join(State, "config", "stages"))
		if err != nil {
			return err
		}
		if err := s.start(kwokProgram(folder, stages)); err != nil {
			return err
		}
	}
	client, err := NewClient()
	if err != nil {
		return err
	}
	for number := 1; number <= count; number++ {
		object, err := fake.Node(number, version)
		if err != nil {
			return err
		}
		if err := client.CreateNode(ctx, object); err != nil {
			return err
		}
	}
	err = s.wait(kwok, fmt.Sprintf("%d fake nodes are alive", count), time.Minute, func() error { return alive(ctx, client, count) })
	if at := r.index(kwok); at >= 0 && !r.Running[at].Process.Alive() {
		// The node itself is well.
		r.forget(kwok)
		return errors.Join(err, fmt.Errorf("see %s", logOf(kwok)), r.save())
	}
	return err
}

// alive returns nil when fake nodes renew their leases.
func alive(ctx context.Context, client *kube.Client, count int) error {
	for number := 1; number <= count; number++ {
		if err := client.HasLease(ctx, fake.Name(number)); err != nil {
			return err
		}
	}
	return nil
}

// RemoveFakes deletes the fake nodes, and ends what played their kubelets. Their pods should be gone before, because nothing ends these any more.
func RemoveFakes(ctx context.Context, say Say) error {
	r, err := loadRunning(apiserver)
	if err != nil {
		return err
	}
	client, err := NewClient()
	if err != nil {
		return err
	}
	names, err := client.Nodes(ctx, fake.Label)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := client.DeleteNode(ctx, name); err != nil {
			return err
		}
	}
	if at := r.index(kwok); at >= 0 {
		// If this is interrupted, it is no crash.
		r.Running[at].Stopped = true
		if err := r.save(); err != nil {
			return err
		}
		if err := process.End(r.Running[at].Process, patience); err != nil {
			return fmt.Errorf("end %s: %w", kwok, err)
		}
	}
	r.forget(kwok)
	say("there is no fake node any more")
	return r.save()
}

// forget takes a program that has ended out of the record.
func (r *record) forget(program string) {
	if at := r.index(program); at >= 0 {
		r.Running = append(r.Running[:at], r.Running[at+1:]...)
	}
}

func kwokProgram(folder string, stages []string) process.Program {
	args := []string{
		"--kubeconfig=" + Kubeconfig, "--v=WARN", "--server-address=127.0.0.1:10247",
		"--manage-all-nodes=false", "--manage-nodes-with-annotation-selector=" + fake.Annotation,
		"--cidr=" + fakePodSubnet, "--node-ip=" + network.NodeAddress, "--node-lease-duration-seconds=40",
	}
	for _, stage := range stages {
		args = append(args, "--config="+stage)
	}
	return program(kwok, filepath.Join(folder, kwok), args...)
}
