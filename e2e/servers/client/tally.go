package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

var errNoPong = errors.New("no pong at the end")

// tally counts what happens to the connections; it is safe for concurrent use.
type tally struct {
	mu     sync.Mutex
	result Result
	held   []*connection
	ended  bool
}

func (t *tally) locked(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	do()
}

func (t *tally) hold(c *connection) {
	t.locked(func() {
		t.held = append(t.held, c)
		t.result.Opened++
	})
	go t.watch(c)
}

func (t *tally) failed(err error) {
	t.locked(func() {
		t.result.Failed++
		t.saw(err)
	})
}

func (t *tally) gaveUp() { t.locked(func() { t.result.GaveUp = true }) }

func (t *tally) opened() (opened int) {
	t.locked(func() { opened = t.result.Opened })
	return opened
}

// watch reads, which also answers the server's pings and sees its pongs, until the connection ends.
func (t *tally) watch(c *connection) {
	var err error
	for err == nil {
		_, _, err = c.ReadMessage()
	}
	if websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		_, _ = io.Copy(io.Discard, c.NetConn()) // who sent such a frame closes the connection next
	}
	t.locked(func() {
		c.lost = true
		if !t.ended {
			t.saw(fmt.Errorf("lost while holding: %w", err))
		}
	})
}

func (t *tally) saw(err error) {
	if t.result.FirstError == "" {
		t.result.FirstError = err.Error()
	}
}

// end pings every connection, counts those that answer, and ends all.
func (t *tally) end(how ending, patience time.Duration) Result {
	for _, c := range t.held {
		_ = c.ping(patience) // where that fails, no pong comes
	}
	await(patience, func() bool { return !t.waiting() })
	t.locked(func() {
		t.ended = true
		for _, c := range t.held {
			if c.answered.Load() && !c.lost {
				t.result.Open++
			} else {
				t.result.Failed++
				t.saw(errNoPong)
			}
		}
	})
	t.endAll(how, patience)
	return t.result
}

// endAll ends every connection, and counts those that the wanted side has ended.
func (t *tally) endAll(how ending, patience time.Duration) {
	alive := slices.DeleteFunc(slices.Clone(t.held), t.isLost)
	for _, c := range alive {
		if how.end(c, patience) == nil && !how.byServer() {
			t.result.Ended++
		}
	}
	if how.byServer() {
		await(patience, func() bool { return !slices.ContainsFunc(alive, func(c *connection) bool { return !t.isLost(c) }) })
		for _, c := range alive {
			if t.isLost(c) {
				t.result.Ended++
			}
		}
	}
	for _, c := range t.held {
		c.Close()
	}
}

func (t *tally) isLost(c *connection) (lost bool) {
	t.locked(func() { lost = c.lost })
	return lost
}

// await returns when something holds, or patience is over.
func await(patience time.Duration, holds func() bool) {
	for deadline := time.Now().Add(patience); !holds() && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
	}
}

// waiting reports whether a connection may still answer.
func (t *tally) waiting() (waiting bool) {
	t.locked(func() {
		for _, c := range t.held {
			waiting = waiting || !c.answered.Load() && !c.lost
		}
	})
	return waiting
}
