package nritest

import (
	"testing"

	"wstuning.dev/tuner/internal/nri"
)

func asksFor20000() container { return asks("asks-more", "[{type: nofile, soft: 7000, hard: 20000}]") }

func highest(t *testing.T, connection *nri.Connection, want uint64) {
	t.Helper()
	if got, known := connection.HighestGrant(); !known || got != want {
		t.Errorf("the highest grant is %d, known %v, want %d", got, known, want)
	}
}

func TestTheHighestGrantIsThatOfContainersThatRun(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	connection := agent(t, runtime)
	if _, known := connection.HighestGrant(); known {
		t.Error("it is known before the runtime has reported it")
	}
	serving(t, connection)
	highest(t, connection, 0)
	runtime.expect(asksFor15000(), 7000, 15000)
	highest(t, connection, 15000)
	runtime.expect(asksFor20000(), 7000, 20000)
	highest(t, connection, 20000)
	runtime.expect(container{name: "asks-nothing"}, 0, 0)
	highest(t, connection, 20000)
	runtime.end(asksFor20000())
	highest(t, connection, 15000)
	runtime.removePod(asksFor15000())
	highest(t, connection, 0)
}

func TestWhatDoesNotStartHasNoGrant(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	connection := agent(t, runtime)
	serving(t, connection)
	if _, _, err := runtime.create(asksFor15000()); err != nil {
		t.Fatal(err)
	}
	highest(t, connection, 0)
	runtime.expect(asksFor15000(), 0, 0) // the second attempt is made without a grant
	highest(t, connection, 0)
}

func TestWhatAnotherPluginGivesIsNoGrantOfTheAgent(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	connection := agent(t, runtime)
	serving(t, connection)
	runtime.connectOther("10")
	runtime.expect(asksFor15000(), 7000, 15000)
	highest(t, connection, 0)
}

func TestAnotherAgentKnowsWhatTheOneBeforeItGranted(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	before := agent(t, runtime)
	serving(t, before)
	runtime.expect(asksFor15000(), 7000, 15000)
	runtime.expect(asksFor20000(), 7000, 20000)
	before.Ask(false)
	eventually(t, "the agent does not serve", func() bool { return !before.State().Serving })
	highest(t, before, 20000) // as when it was last heard
	runtime.expect(container{name: "asks-nothing"}, 0, 0)

	next := agent(t, runtime)
	serving(t, next)
	highest(t, next, 20000)
	runtime.end(asksFor20000())
	highest(t, next, 15000)
}

func TestWhatEndsWhileTheAgentIsAwayHasNoGrantAfterwards(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	connection := agent(t, runtime)
	serving(t, connection)
	runtime.expect(asksFor15000(), 7000, 15000)
	connection.Ask(false)
	eventually(t, "the agent does not serve", func() bool { return !connection.State().Serving })
	runtime.end(asksFor15000())
	serving(t, connection)
	highest(t, connection, 0)
}
