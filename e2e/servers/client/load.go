package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	atATime = 64               // handshakes under way
	longest = 10 * time.Minute // for opening all
)

// Load is what to open and for how long.
type Load struct {
	URL         string
	Connections int
	Hold        time.Duration // counted from the moment when the last connection was tried
	Interval    time.Duration
	GiveUp      time.Duration // when no connection opened for so long, no more are tried
	Patience    time.Duration // with one handshake and its echo, and with all pongs at the end
	Silent      bool          // the server does not echo
	Ending      ending        // how the connections end after the hold
}

// Result counts WebSockets. Opened are those that opened and echoed, Open those that answered a ping at the end of the hold,
// Failed all others that were tried. Ended are those of the open ones that ended as was wanted.
type Result struct {
	Wanted     int    `json:"wanted"`
	Opened     int    `json:"opened"`
	Open       int    `json:"open"`
	Failed     int    `json:"failed"`
	Ended      int    `json:"ended"`
	GaveUp     bool   `json:"gaveUp,omitempty"`
	FirstError string `json:"firstError,omitempty"`
}

// Complete reports whether everything that was wanted was had.
func (r Result) Complete() bool { return r.Open == r.Wanted }

// Run opens the connections, calls holding with their number, and returns when the hold is over or ctx is done.
func (l Load) Run(ctx context.Context, progress func(opened int), holding func(opened int)) Result {
	run := &tally{result: Result{Wanted: l.Connections}}
	l.openAll(ctx, run, progress)
	holding(run.opened())
	sleep(ctx, l.Hold)
	return run.end(l.Ending, l.Patience)
}

// openAll returns when all were tried, or none of those that are being tried opens any more.
func (l Load) openAll(ctx context.Context, run *tally, progress func(opened int)) {
	ctx, giveUp := context.WithTimeout(ctx, longest)
	defer giveUp()
	stalled := time.AfterFunc(l.GiveUp, func() { run.gaveUp(); giveUp() })
	defer stalled.Stop()

	slots := make(chan struct{}, atATime)
	var tries sync.WaitGroup
	next := time.Now().Add(time.Second)
	for i := 0; i < l.Connections && take(ctx, slots); i++ {
		tries.Go(func() {
			defer func() { <-slots }()
			held, err := l.open(ctx, fmt.Sprintf("hello %d", i))
			if err != nil {
				run.failed(err)
				return
			}
			stalled.Reset(l.GiveUp)
			run.hold(held)
		})
		if now := time.Now(); now.After(next) {
			progress(run.opened())
			next = now.Add(time.Second)
		}
		sleep(ctx, l.Interval)
	}
	tries.Wait()
}

func take(ctx context.Context, slots chan<- struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case slots <- struct{}{}:
		return true
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
