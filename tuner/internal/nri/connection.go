package nri

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/containerd/nri/pkg/stub"
)

const (
	pluginName = "wstuning"
	firstIndex = "00"
	lastIndex  = "99"

	soonest  = 250 * time.Millisecond // between attempts to connect; doubled each time,
	latest   = 5 * time.Second        // for containers that are created meanwhile get nothing
	patience = 10 * time.Second       // with a runtime that takes the connection and says nothing

	lookEvery = 5 * time.Second // whether a socket takes connections that comes before the one in use
)

// State is whether containers are granted open files.
type State struct {
	Serving     bool
	Message     string // why not
	OtherPlugin bool   // another plugin sets the limits of containers that want open files
}

// Connection keeps the plugin connected to the runtime as long as that is wanted.
type Connection struct {
	sockets []string
	plugin  *plugin
	log     *slog.Logger
	changed func()
	wake    chan struct{}

	mutex sync.Mutex
	asked bool
	state State
}

// NewConnection makes a connection that is not wanted yet, to the first of the sockets that accepts it. pods is nil for an
// agent that grants open files only. changed is called when its state changes.
func NewConnection(sockets []string, pods Pods, wishes Wishes, policy Policy, log *slog.Logger, changed func()) *Connection {
	return &Connection{
		sockets: sockets, plugin: newPlugin(pods, wishes, policy, log), log: log, changed: changed,
		wake: make(chan struct{}, 1), state: State{Message: notAsked},
	}
}

const notAsked = "the agent has no reason to be connected to the container runtime"

// Ask sets whether the plugin should be connected.
func (c *Connection) Ask(wanted bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.asked == wanted {
		return
	}
	c.asked = wanted
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// State is the present one.
func (c *Connection) State() State {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	state := c.state
	state.OtherPlugin = state.Serving && c.plugin.otherPlugin()
	return state
}

// HighestGrant is the highest hard limit that a container which still runs was granted, by this agent or by one before it;
// 0 if there is none. It is not known before the plugin was connected, and stays as it was while it is not.
func (c *Connection) HighestGrant() (limit uint64, known bool) { return c.plugin.highestGrant() }

// Reserved is the highest hard limit that a container was granted which runs, or may be about to start.
func (c *Connection) Reserved() uint64 { return c.plugin.reserved() }

// FailedStarts counts the containers that twice did not start with a grant, and were then started without.
func (c *Connection) FailedStarts() int { return c.plugin.failedStarts() }

// Run connects, and connects again when the runtime was restarted, until the context is done.
func (c *Connection) Run(ctx context.Context) {
	pause := soonest
	for ctx.Err() == nil {
		if !c.isAsked() {
			c.become(State{Message: notAsked})
			c.sleep(ctx, time.Hour)
			continue
		}
		served, err := c.session(ctx)
		if served {
			pause = soonest
		}
		if err != nil && ctx.Err() == nil {
			c.become(State{Message: err.Error()})
			c.sleep(ctx, pause)
			pause = min(2*pause, latest)
		}
	}
}

// session lasts until the runtime is gone, which is an error, or the plugin is no longer wanted.
func (c *Connection) session(ctx context.Context) (served bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lost := make(chan error, 2)
	connection, used, err := reach(ctx, c.sockets)
	if err != nil {
		return false, err
	}
	socket := c.sockets[used]
	if err := c.join(ctx, connection, firstIndex, func(done func(), _ func() string) stub.Plugin { return first{c.plugin, done} }, lost); err != nil {
		return false, failure(socket, err)
	}
	// Not the choice again: both look at the containers of one runtime.
	if connection, _, err = reach(ctx, []string{socket}); err != nil {
		return false, err
	}
	if err := c.join(ctx, connection, lastIndex, func(done func(), version func() string) stub.Plugin { return last{c.plugin, done, version, &runtime{}} }, lost); err != nil {
		return false, failure(socket, err)
	}
	c.log.Info("connected to the container runtime", "socket", socket)
	c.plugin.connected()
	c.become(State{Serving: true})
	return true, c.serve(ctx, c.sockets[:used], lost)
}

// newHandlers makes a plugin, by what it calls when it is connected, and by what then has the version of NRI in the runtime.
type newHandlers func(synchronized func(), version func() string) stub.Plugin

// join makes a plugin part of the runtime at the other end of the connection. What ends it later goes to lost.
func (c *Connection) join(ctx context.Context, connection net.Conn, index string, plugin newHandlers, lost chan error) error {
	synchronized := make(chan struct{})
	once := sync.OnceFunc(func() { close(synchronized) })
	go func() { lost <- c.run(ctx, connection, index, plugin, once) }()
	select {
	case <-synchronized:
		return nil
	case err := <-lost:
		return err
	case <-time.After(patience):
		return fmt.Errorf("no answer within %v", patience)
	}
}

// serve ends as the session does, and when one of the sockets that come first takes connections: while its runtime was
// restarted, another one of this node may have been chosen, which has no containers of the kubelet.
func (c *Connection) serve(ctx context.Context, preferred []string, lost <-chan error) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for c.isAsked() {
		select {
		case err := <-lost:
			return fmt.Errorf("the connection to the container runtime was lost: %w", err)
		case <-c.wake:
		case <-look.C:
			if connection, index, err := reach(ctx, preferred); err == nil {
				connection.Close()
				return fmt.Errorf("the container runtime at %s comes first, and accepts connections now", preferred[index])
			}
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// run returns when the connection is lost or the context done, always with an error.
func (c *Connection) run(ctx context.Context, connection net.Conn, index string, plugin newHandlers, synchronized func()) error {
	defer connection.Close()
	var joined stub.Stub
	version := func() string { return joined.RuntimeNRIVersion() }
	joined, err := stub.New(plugin(synchronized, version), stub.WithPluginName(pluginName), stub.WithPluginIdx(index),
		stub.WithConnection(connection), stub.WithLogger(quiet{c.log}))
	if err != nil {
		return err
	}
	return errors.Join(joined.Run(ctx), ctx.Err())
}

func (c *Connection) isAsked() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.asked
}

func (c *Connection) become(state State) {
	c.mutex.Lock()
	different := c.state != state
	c.state = state
	c.mutex.Unlock()
	if different {
		c.log.Info("open files", "serving", state.Serving, "message", state.Message)
		c.changed()
	}
}

func (c *Connection) sleep(ctx context.Context, duration time.Duration) {
	select {
	case <-ctx.Done():
	case <-c.wake:
	case <-time.After(duration):
	}
}

// quiet leaves out what the stub says on every step.
type quiet struct{ log *slog.Logger }

func (quiet) Debugf(context.Context, string, ...any) {}
func (quiet) Infof(context.Context, string, ...any)  {}
func (q quiet) Warnf(ctx context.Context, format string, args ...any) {
	q.log.WarnContext(ctx, fmt.Sprintf(format, args...))
}
func (q quiet) Errorf(ctx context.Context, format string, args ...any) {
	q.log.ErrorContext(ctx, fmt.Sprintf(format, args...))
}
