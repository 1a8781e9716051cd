package main

import (
	"context"
	"log/slog"
	"reflect"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
	"wstuning.dev/tuner/internal/nri"
	"wstuning.dev/tuner/internal/state"
)

// agent keeps the status of the WebSocketNodeState true.
type agent struct {
	client     *nodeapi.Client
	tree       nodesettings.Tree
	boot       string
	log        *slog.Logger
	state      state.Folder
	ceiling    ceiling
	connection *nri.Connection
	wake       chan struct{}

	mutex sync.Mutex
	node  *nodeapi.Node // as last seen; nil if there is none
}

func newAgent(client *nodeapi.Client, tree nodesettings.Tree, boot string, state state.Folder, ceiling ceiling, sockets []string, log *slog.Logger) *agent {
	a := &agent{
		client: client, tree: tree, boot: boot, log: log, state: state, ceiling: ceiling, wake: make(chan struct{}, 1),
	}
	a.connection = nri.NewConnection(sockets, a.policy, log, a.wakeUp)
	return a
}

// serve returns when the context is done and everything has stopped.
func (a *agent) serve(ctx context.Context, every time.Duration) {
	var parts sync.WaitGroup
	parts.Go(func() { a.connection.Run(ctx) })
	parts.Go(func() {
		a.client.Watch(ctx, a.changed, func(err error) { a.log.Error("watch", "problem", err) })
	})
	a.run(ctx, every)
	parts.Wait()
	a.reportStopped()
}

func (a *agent) changed(node *nodeapi.Node) {
	a.mutex.Lock()
	a.node = node
	a.mutex.Unlock()
	a.connection.Ask(node != nil && node.Spec.OpenFiles != nil)
	a.wakeUp()
}

func (a *agent) wakeUp() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// run looks whenever something has changed, and every so often because sysctls change silently.
func (a *agent) run(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := a.state.KeepReady(a.whyNotReady()); err != nil {
			a.log.Error("remember whether the agent is ready", "problem", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		case <-ticker.C:
		}
		a.look(ctx)
	}
}

func (a *agent) latest() *nodeapi.Node {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.node
}

func (a *agent) whyNotReady() string {
	node := a.latest()
	if node == nil {
		return "there is no WebSocketNodeState of this node, or the API server has not reported it yet"
	}
	if state := a.connection.State(); node.Spec.OpenFiles != nil && !state.Serving {
		return state.Message
	}
	return ""
}

func (a *agent) look(ctx context.Context) {
	node := a.latest()
	if node == nil {
		return
	}
	status := node.Status
	fields := map[string]any{}
	if status.BootID == a.boot {
		if settings := nodesettings.Look(node.Spec.Sysctls, status.Settings, a.tree); !equal(settings, status.Settings) {
			fields["settings"] = settings
		}
	}
	if conntrackMax := nodesettings.ConntrackMax(a.tree); !reflect.DeepEqual(conntrackMax, status.ConntrackMax) {
		fields["conntrackMax"] = conntrackMax
	}
	if openFiles := a.openFiles(node, a.connection.State()); !reflect.DeepEqual(openFiles, status.OpenFiles) {
		fields["openFiles"] = a.patchOpenFiles(openFiles)
	}
	a.patch(ctx, node, fields)
}

// patch writes nothing when nothing has changed. What conflicts is looked at again when the change arrives.
func (a *agent) patch(ctx context.Context, node *nodeapi.Node, fields map[string]any) {
	if len(fields) == 0 {
		return
	}
	_, err := a.client.PatchStatus(ctx, node, fields)
	if err != nil && !apierrors.IsConflict(err) && ctx.Err() == nil {
		a.log.Error("report", "problem", err)
	}
}

func equal(one, other []nodeapi.Setting) bool {
	return len(one) == len(other) && (len(one) == 0 || reflect.DeepEqual(one, other))
}
