package main

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"wstuning.dev/tuner/internal/cgroup"
	"wstuning.dev/tuner/internal/journal"
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nri"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sysctl"
)

// podOptions are those of an agent that tunes pods.
type podOptions struct {
	cgroup      string // the root of the node's cgroup v2
	metrics     string // address to serve them at; empty for none
	kernel      podtune.Kernel
	noKernel    string // why there is none
	reportEvery time.Duration
}

// rememberEvery bounds how often the plans are kept on the node.
const rememberEvery = 5 * time.Second

// pods is the part of the agent that tunes and counts pods. Agents that do not have nil.
type pods struct {
	options podOptions
	client  *nodeapi.Client
	plans   *podplan.Set
	keeper  *podtune.Keeper
	folder  string
	boot    string
	log     *slog.Logger

	touched atomic.Bool   // something changed that is to be reported
	changed chan struct{} // the plans
	kept    *podtune.KeptTotals
}

// newPods makes the part.
func newPods(options podOptions, a *agent) *pods {
	p := &pods{
		options: options, client: a.client, plans: podplan.NewSet(), folder: a.folder, boot: a.boot, log: a.log,
		changed: make(chan struct{}, 1),
	}
	p.keeper = podtune.NewKeeper(podtune.Host{
		Plans: p.plans.Of, Kernel: options.kernel, NoKernel: options.noKernel,
		Allowed: func() bool {
			node, _ := a.latest()
			return node != nil && node.Spec.Pods != nil
		},
		HasKey: func(key sysctl.Key) bool {
			_, err := a.tree.Read(key)
			return err == nil
		},
		Cgroup: func(parent string) (string, error) { return cgroup.OfPod(options.cgroup, parent) },
	}, a.log, func() { p.touched.Store(true) })
	return p
}

// plugin is what the connection to the runtime takes; nil if the agent does not tune pods.
func (p *pods) plugin() nri.Pods {
	if p == nil {
		return nil
	}
	return p.keeper
}

// recall starts with the plans that the agent before this one knew, because the API server may be away.
func (p *pods) recall() {
	if p == nil {
		return
	}
	kept, found, err := journal.RememberedPlans(p.folder, p.boot)
	if err != nil {
		p.log.Error("recall the plans of pods", "problem", err) // the API server has them
	} else if found {
		p.plans.Replace(func() map[string][]podplan.Named { return kept })
		p.log.Info("remembered plans of pods", "namespaces", len(kept))
	}
}

// run ends with the context.
func (p *pods) run(ctx context.Context, wake func()) {
	if p == nil {
		return
	}
	defer p.keeper.Close()
	var parts sync.WaitGroup
	parts.Go(func() {
		p.client.WatchPlans(ctx, p.plans, func() {
			p.keeper.LookAgain()
			select {
			case p.changed <- struct{}{}:
			default:
			}
		}, func(err error) { p.log.Error("watch plans of pods", "problem", err) })
	})
	parts.Go(func() { p.follow(ctx, wake) })
	parts.Go(func() { p.keeper.Run(ctx) })
	if p.options.metrics != "" {
		parts.Go(func() { p.serveMetrics(ctx) })
	}
	parts.Wait()
}

// follow keeps plans that have changed for the next agent.
func (p *pods) follow(ctx context.Context, wake func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.changed:
		}
		wake()
		if !p.plans.Known() {
			continue
		}
		if err := journal.RememberPlans(p.folder, p.boot, p.plans.All()); err != nil {
			p.log.Error("remember the plans of pods", "problem", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rememberEvery):
		}
	}
}
