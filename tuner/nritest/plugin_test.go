package nritest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/containerd/nri/pkg/api"

	"wstuning.dev/tuner/internal/nri"
	"wstuning.dev/tuner/internal/openfiles"
)

const annotation = "ulimits.noderesource.dev/container.server"

// agent connects the node agent's plugin, which may grant up to 20000.
func agent(t *testing.T, runtime *containerRuntime) *nri.Connection {
	return agentOf(t, runtime.socket)
}

// agentOf looks for its runtime at these places, in this order.
func agentOf(t *testing.T, sockets ...string) *nri.Connection {
	return agentFor(t, nil, sockets...)
}

// agentFor tunes pods, too, unless they are nil.
func agentFor(t *testing.T, pods nri.Pods, sockets ...string) *nri.Connection {
	policy := func() (openfiles.Limits, uint64) { return openfiles.Limits{Soft: 1024, Hard: 20000}, 20000 }
	connection := nri.NewConnection(sockets, pods, nri.FromAnnotations, policy, slog.New(slog.NewTextHandler(io.Discard, nil)), func() {})
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		connection.Run(ctx)
		close(stopped)
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
	})
	return connection
}

func serving(t *testing.T, connection *nri.Connection) {
	t.Helper()
	connection.Ask(true)
	eventually(t, "the agent serves", func() bool { return connection.State().Serving })
}

func asks(name, list string) container {
	return container{name: name, annotations: map[string]string{annotation: list}}
}

func nofile(soft, hard uint64) []*api.POSIXRlimit {
	return []*api.POSIXRlimit{{Type: "RLIMIT_NOFILE", Soft: soft, Hard: hard}}
}

func (r *containerRuntime) expect(c container, soft, hard uint64) {
	r.t.Helper()
	limits, err := r.run(c)
	if err != nil {
		r.t.Errorf("the container failed: %v", err)
		return
	}
	if soft == 0 && len(limits) == 0 {
		return
	}
	if len(limits) != 1 || limits[0].Type != "RLIMIT_NOFILE" || limits[0].Soft != soft || limits[0].Hard != hard {
		r.t.Errorf("limits %v, want %d:%d", limits, soft, hard)
	}
}

func TestContainersAreGrantedWhatTheyAskFor(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	serving(t, agent(t, runtime))
	for range 3 { // and again whenever it is created again
		runtime.expect(asks("asks", "[{type: nofile, soft: 7000, hard: 15000}]"), 7000, 15000)
	}
	runtime.expect(asks("asks-too-much", "[{type: nofile, soft: 524288, hard: 524288}]"), 20000, 20000)
	runtime.expect(container{name: "asks-nothing"}, 0, 0)
	runtime.expect(asks("is-not-understood", "[{type: nofile, soft: -1, hard: many}]"), 0, 0)

	preset := asks("has-a-limit-of-the-runtime", "[{type: nofile, soft: 7000, hard: 15000}]")
	preset.limits = nofile(1024, 20000)
	runtime.expect(preset, 7000, 15000)

	tuned := asks("is-tuned", "[{type: nofile, soft: 7000, hard: 7000}]")
	tuned.annotations["wstuning.dev/tuning"] = "chat"
	runtime.expect(tuned, 7000, 20000)
	tuned.limits = nofile(9000, 18000)
	runtime.expect(tuned, 0, 0)
}

func TestWithTheOtherPluginContainersStart(t *testing.T) {
	for _, index := range []string{"01", "10", "98"} {
		t.Run("index "+index, func(t *testing.T) {
			runtime := newRuntime(t)
			runtime.start()
			connection := agent(t, runtime)
			serving(t, connection)
			runtime.connectOther(index)
			for _, own := range [][]*api.POSIXRlimit{nil, nofile(1024, 20000)} {
				both := asks("both", "[{type: nofile, soft: 7000, hard: 30000}]") // the agent would grant 20000
				both.limits = own
				runtime.expect(both, 7000, 30000)
				if !connection.State().OtherPlugin {
					t.Error("the agent does not say that there is another plugin")
				}
			}
		})
	}
}

// A plugin may be called before the agent's first look, or after its last. Where both set a limit the runtime then refuses
// the container, and the kubelet creates it again.
func TestWithTheOtherPluginAtTheSameIndexContainersStartAtTheThirdAttempt(t *testing.T) {
	for _, index := range []string{"00", "99"} {
		t.Run("index "+index, func(t *testing.T) {
			runtime := newRuntime(t)
			runtime.start()
			if index == "00" {
				runtime.connectOther(index)
			}
			serving(t, agent(t, runtime))
			if index == "99" {
				runtime.connectOther(index)
			}
			both := asks("both", "[{type: nofile, soft: 7000, hard: 30000}]")
			for range 2 {
				if _, err := runtime.run(both); err == nil || !strings.Contains(err.Error(), "both tried to set") {
					t.Errorf("the attempt ends with %v", err)
				}
			}
			runtime.expect(both, 7000, 30000)
		})
	}
}

func TestTheAgentConnectsAgainWhenTheRuntimeIsRestarted(t *testing.T) {
	runtime := newRuntime(t)
	connection := agent(t, runtime)
	connection.Ask(true)
	eventually(t, "the agent says why it does not serve", func() bool {
		return strings.Contains(connection.State().Message, "no such file or directory")
	})
	for range 2 {
		runtime.start()
		eventually(t, "the agent serves", func() bool { return connection.State().Serving })
		runtime.expect(asks("asks", "[{type: nofile, soft: 7000, hard: 15000}]"), 7000, 15000)
		runtime.stop()
		eventually(t, "the agent notices that the runtime is gone", func() bool { return !connection.State().Serving })
	}
}

func TestTheAgentServesWhileItIsAsked(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	connection := agent(t, runtime)
	asking := asks("asks", "[{type: nofile, soft: 7000, hard: 15000}]")
	runtime.expect(asking, 0, 0)
	for range 2 {
		serving(t, connection)
		runtime.expect(asking, 7000, 15000)
		connection.Ask(false)
		eventually(t, "the agent does not serve", func() bool { return !connection.State().Serving })
		eventually(t, "containers are left alone", func() bool {
			limits, err := runtime.run(asking)
			return err == nil && len(limits) == 0
		})
	}
}

// So that the agent says so, and tries again.
func TestARuntimeThatSaysNothing(t *testing.T) {
	for name, answer := range map[string]func(net.Conn){
		"hangs up":    func(connection net.Conn) { connection.Close() },
		"stays quiet": func(net.Conn) {},
	} {
		t.Run(name, func(t *testing.T) {
			runtime := newRuntime(t)
			listener, err := net.Listen("unix", runtime.socket)
			if err != nil {
				t.Fatal(err)
			}
			attempts := make(chan net.Conn, 100)
			go func() {
				for {
					connection, err := listener.Accept()
					if err != nil {
						return
					}
					answer(connection)
					attempts <- connection
				}
			}()
			connection := agent(t, runtime)
			connection.Ask(true)
			<-attempts
			<-attempts
			if message := connection.State().Message; !strings.Contains(message, "connect to the container runtime at "+runtime.socket) {
				t.Errorf("the message is %q", message)
			}
			listener.Close()
			runtime.start()
			eventually(t, "the agent serves", func() bool { return connection.State().Serving })
		})
	}
}
