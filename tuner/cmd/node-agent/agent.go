package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"wstuning.dev/tuner/internal/journal"
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
	"wstuning.dev/tuner/internal/nri"
	"wstuning.dev/tuner/internal/state"
)

// turnEvery is how often an agent that waits for its turn looks whether the one before it has ended.
const turnEvery = time.Second

// agent has its node do what the WebSocketNodeState wants, and keeps the status of that true.
type agent struct {
	name       string
	client     *nodeapi.Client
	tree       nodesettings.Tree
	boot       string
	log        *slog.Logger
	state      state.Folder
	ceiling    ceiling
	connection *nri.Connection
	grants     bool // it has a socket of the runtime
	wake       chan struct{}
	pods       *pods // nil in an agent that does not tune pods
	reporter   *podReporter

	folder string // of the journal
	turn   *journal.Turn
	writer *writer // nil until it is this agent's turn
	delays string  // why it cannot take turns

	mutex sync.Mutex
	node  *nodeapi.Node // as last seen; nil if there is none
	seen  bool          // the API server gave it, so it has a status
}

func newAgent(name string, client *nodeapi.Client, tree nodesettings.Tree, boot, folder string, state state.Folder, ceiling ceiling, sockets []string, tunesPods *podOptions, log *slog.Logger) *agent {
	a := &agent{
		name: name, client: client, tree: tree, boot: boot, log: log, state: state, ceiling: ceiling, grants: len(sockets) > 0,
		wake: make(chan struct{}, 1), folder: folder, turn: journal.NewTurn(folder),
	}
	if tunesPods != nil {
		a.pods = newPods(*tunesPods, a)
	}
	a.connection = nri.NewConnection(sockets, a.pods.plugin(), nri.FromAnnotations, a.policy, log, a.wakeUp)
	return a
}

// serve returns when the context is done and everything has stopped.
func (a *agent) serve(ctx context.Context, every time.Duration) error {
	defer a.turn.Close()
	if err := a.recall(); err != nil {
		return err
	}
	a.pods.recall()
	var parts sync.WaitGroup
	parts.Go(func() { a.connection.Run(ctx) })
	parts.Go(func() { a.pods.run(ctx, a.wakeUp) })
	parts.Go(func() {
		a.client.Watch(ctx, a.changed, func(err error) { a.log.Error("watch", "problem", err) })
	})
	a.run(ctx, every)
	parts.Wait()
	if a.writer != nil {
		a.pods.keepTotals()
	}
	a.reportStopped()
	return nil
}

// recall starts with what the agent before this one knew, because the API server may be away.
func (a *agent) recall() error {
	node, err := journal.Remembered(a.folder, a.boot, a.name)
	if err != nil || node == nil {
		return err
	}
	a.log.Info("remembered", "generation", node.Generation)
	a.node = node
	a.ask(node)
	return nil
}

// changed is called with each change of the object, and with nil when it is gone.
func (a *agent) changed(node *nodeapi.Node) {
	a.mutex.Lock()
	before := a.node
	a.node, a.seen = node, node != nil
	a.mutex.Unlock()
	if err := a.remember(before, node); err != nil {
		a.log.Error("remember what is wanted", "problem", err)
	}
	a.wakeUp()
}

func (a *agent) remember(before, node *nodeapi.Node) error {
	switch {
	case node == nil:
		return journal.Forget(a.folder)
	case before == nil || before.Generation != node.Generation || before.UID != node.UID:
		return journal.Remember(a.folder, a.boot, node)
	}
	return nil
}

func (a *agent) wakeUp() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// run looks whenever something has changed, and every so often because sysctls change silently.
func (a *agent) run(ctx context.Context, every time.Duration) {
	look := time.NewTicker(every)
	defer look.Stop()
	turns := time.NewTicker(min(turnEvery, every))
	defer turns.Stop()
	reports, stop := a.reports()
	defer stop()
	for {
		a.takeTurn()
		if a.turn.Mine() {
			turns.Stop()
		}
		a.look(ctx)
		if err := a.state.KeepReady(a.whyNotReady()); err != nil {
			a.log.Error("remember whether the agent is ready", "problem", err)
		}
		for again := false; !again; {
			again = true
			select {
			case <-ctx.Done():
				return
			case <-a.wake:
			case <-look.C:
			case <-turns.C:
			case now := <-reports:
				a.reportPods(ctx, now)
				again = false
			}
		}
	}
}

// takeTurn makes this agent the one that writes, if no other one does.
func (a *agent) takeTurn() {
	if a.writer != nil {
		return
	}
	mine, err := a.turn.Take()
	if mine && err == nil {
		a.writer, err = newWriter(a.folder, a.boot, a.tree, a.log)
		a.pods.recallTotals()
	}
	a.delays = ""
	if err != nil {
		a.delays = err.Error()
		a.log.Error("take turns", "problem", err)
	}
}

func (a *agent) latest() (node *nodeapi.Node, seen bool) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.node, a.seen
}

func (a *agent) whyNotReady() string {
	node, _ := a.latest()
	switch {
	case a.delays != "":
		return a.delays
	case node == nil:
		return "there is no WebSocketNodeState of this node, or the API server has not reported it yet"
	case node.Spec.OpenFiles != nil && !a.grants:
		return noSocket
	case node.Spec.Pods != nil && a.pods.why(a.connection.State()) != "":
		return a.pods.why(a.connection.State())
	case node.Spec.OpenFiles != nil && !a.connection.State().Serving:
		return a.connection.State().Message
	}
	return ""
}

// ask has the plugin connected as long as it has to grant or to tune, or to see when a container with a grant has ended.
func (a *agent) ask(node *nodeapi.Node) {
	tunes := a.pods != nil && node.Spec.Pods != nil
	a.connection.Ask(a.grants && (tunes || node.Spec.OpenFiles != nil || a.highestGrant() > 0))
}

func (a *agent) look(ctx context.Context) {
	node, seen := a.latest()
	if node == nil {
		return
	}
	a.ask(node)
	if a.writer == nil {
		return
	}
	if seen {
		a.writer.adopt(node.Status)
	}
	a.writer.keepHighestGrant(a.highestGrant())
	settings, done := a.writer.settle(node.Spec.Sysctls, max(a.highestGrant(), a.connection.Reserved()))
	if done && seen {
		a.report(ctx, node, settings)
	}
}
