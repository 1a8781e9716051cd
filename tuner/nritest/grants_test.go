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
	if got := connection.Reserved(); got != 15000 { // it may be starting
		t.Errorf("reserved is %d", got)
	}
	runtime.expect(asksFor15000(), 7000, 15000) // the second attempt
	highest(t, connection, 15000)
	if got := connection.FailedStarts(); got != 0 {
		t.Errorf("%d failed starts", got)
	}
}

func TestWhatTwiceDoesNotStartIsStartedWithoutAGrant(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	connection := agent(t, runtime)
	serving(t, connection)
	for range 2 {
		if _, limits, err := runtime.create(asksFor15000()); err != nil || len(limits) != 1 {
			t.Fatalf("limits %v, %v", limits, err)
		}
	}
	runtime.expect(asksFor15000(), 0, 0)
	highest(t, connection, 0)
	if got, reserved := connection.FailedStarts(), connection.Reserved(); got != 1 || reserved != 0 {
		t.Errorf("%d failed starts, reserved is %d", got, reserved)
	}
	runtime.expect(asksFor15000(), 7000, 15000) // the cause may be over
}

// While a new version takes over, the runtime calls both agents.
func TestTwoAgentsOfOneNodeGrantOnce(t *testing.T) {
	runtime := newRuntime(t)
	runtime.start()
	before, next := agent(t, runtime), agent(t, runtime)
	serving(t, before)
	serving(t, next)
	runtime.expect(asksFor15000(), 7000, 15000)
	for _, connection := range []*nri.Connection{before, next} {
		highest(t, connection, 15000)
		if connection.State().OtherPlugin {
			t.Error("an agent takes the other one for another plugin")
		}
	}
	before.Ask(false)
	eventually(t, "the agent before it does not serve", func() bool { return !before.State().Serving })
	runtime.expect(asksFor20000(), 7000, 20000)
	highest(t, next, 20000)
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
