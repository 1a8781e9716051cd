package nritest

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wstuning.dev/tuner/internal/nri"
)

// missing is the path of a socket that does not exist.
func missing(t *testing.T) string {
	t.Helper()
	directory, err := os.MkdirTemp("", "nri") // shorter than the test's own, as in newRuntime
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(directory) })
	return filepath.Join(directory, "nri.sock")
}

// stale is a socket without a listener, as a killed runtime leaves behind.
func stale(t *testing.T) string {
	t.Helper()
	socket := missing(t)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(socket); err != nil {
		t.Fatal(err)
	}
	return socket
}

// asksFor15000 is granted that by the runtime that the agent is connected to, and nothing by others.
func asksFor15000() container { return asks("asks", "[{type: nofile, soft: 7000, hard: 15000}]") }

func TestSocketsThatTakeNoConnectionAreLeftOut(t *testing.T) {
	for name, unusable := range map[string]func(*testing.T) string{
		"missing":  missing,
		"stale":    stale,
		"a folder": func(t *testing.T) string { return t.TempDir() },
	} {
		t.Run(name, func(t *testing.T) {
			runtime := newRuntime(t)
			runtime.start()
			serving(t, agentOf(t, unusable(t), runtime.socket))
			runtime.expect(asksFor15000(), 7000, 15000)
		})
	}
}

func TestOfTwoRuntimesTheFirstInTheListIsUsed(t *testing.T) {
	one, other := newRuntime(t), newRuntime(t)
	one.start()
	other.start()
	serving(t, agentOf(t, one.socket, other.socket))
	one.expect(asksFor15000(), 7000, 15000)
	other.expect(asksFor15000(), 0, 0)
}

func TestWithoutAnySocketEveryPlaceIsNamed(t *testing.T) {
	gone, left := missing(t), stale(t)
	says(t, agentOf(t, gone, left), "connect to the container runtime at "+gone+": no such file or directory; at "+
		left+": connection refused")
}

func TestWithoutTheOnlySocketItsPlaceIsNamed(t *testing.T) {
	gone := missing(t)
	says(t, agentOf(t, gone), "connect to the container runtime at "+gone+": failed to connect to NRI service: dial unix "+
		gone+": connect: no such file or directory")
}

func says(t *testing.T, connection *nri.Connection, message string) {
	t.Helper()
	connection.Ask(true)
	eventually(t, "the agent says "+message, func() bool {
		state := connection.State()
		return !state.Serving && state.Message == message
	})
}

func TestARestartedRuntimeIsFoundAtAnotherPlace(t *testing.T) {
	before, after := newRuntime(t), newRuntime(t)
	before.start()
	connection := agentOf(t, before.socket, after.socket)
	serving(t, connection)
	before.stop()
	eventually(t, "the agent notices that the runtime is gone", func() bool { return !connection.State().Serving })
	after.start()
	eventually(t, "the agent serves", func() bool { return connection.State().Serving })
	after.expect(asksFor15000(), 7000, 15000)
}

// While the kubelet's runtime was restarted the agent went to another one of the node.
func TestTheAgentGoesBackToTheSocketThatComesFirst(t *testing.T) {
	kubelets, another := newRuntime(t), newRuntime(t)
	another.start()
	connection := agentOf(t, kubelets.socket, another.socket)
	serving(t, connection)
	another.expect(asksFor15000(), 7000, 15000)
	kubelets.start()
	eventually(t, "the agent serves the kubelet's runtime", func() bool {
		limits, err := kubelets.run(asksFor15000())
		return err == nil && len(limits) == 1
	})
	eventually(t, "the agent says that it serves", func() bool { return connection.State().Serving })
	eventually(t, "the other runtime's containers are left alone", func() bool {
		limits, err := another.run(asksFor15000())
		return err == nil && len(limits) == 0
	})
}

func TestAQuietRuntimeIsNamedAlone(t *testing.T) {
	gone, quiet := missing(t), missing(t)
	listener, err := net.Listen("unix", quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connection.Close()
		}
	}()
	connection := agentOf(t, gone, quiet)
	connection.Ask(true)
	eventually(t, "the agent says which runtime does not answer", func() bool {
		message := connection.State().Message
		return strings.Contains(message, "connect to the container runtime at "+quiet) && !strings.Contains(message, gone)
	})
}
