package main

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	opening     = 64               // handshakes under way at a time
	openTimeout = 10 * time.Second // for one handshake and its echo
)

// Load is what to open and for how long.
type Load struct {
	URL         string
	Connections int
	Hold        time.Duration // counted from the moment when the last connection was tried
	Interval    time.Duration
}

// Result counts WebSockets. Open are those that lasted to the end, Failed those that did not or never opened.
type Result struct {
	Wanted     int    `json:"wanted"`
	Open       int    `json:"open"`
	Echoed     int    `json:"echoed"`
	Failed     int    `json:"failed"`
	FirstError string `json:"firstError,omitempty"`
}

// Complete tells whether everything that was wanted was had.
func (r Result) Complete() bool { return r.Open == r.Wanted && r.Echoed == r.Wanted }

// Run opens the connections, calls holding with their number, and returns when the hold is over or ctx is done.
func (l Load) Run(ctx context.Context, holding func(open int)) Result {
	run := &tally{result: Result{Wanted: l.Connections}}
	slots := make(chan struct{}, opening)
	var tries, readers sync.WaitGroup

	for i := 0; i < l.Connections && ctx.Err() == nil; i++ {
		slots <- struct{}{}
		tries.Go(func() {
			defer func() { <-slots }()
			conn, err := open(ctx, l.URL, fmt.Sprintf("hello %d", i))
			if err != nil {
				run.failed(err)
				return
			}
			run.opened(conn)
			readers.Go(func() { run.watch(conn) })
		})
		sleep(ctx, l.Interval)
	}
	tries.Wait()
	holding(run.open())
	sleep(ctx, l.Hold)
	result := run.end()
	readers.Wait()
	return result
}

func open(ctx context.Context, url, message string) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	dialer := websocket.Dialer{NetDialContext: dial, HandshakeTimeout: openTimeout}
	conn, response, err := dialer.DialContext(ctx, url, nil)
	if err != nil && response != nil {
		return nil, fmt.Errorf("open %s: %w: %s", url, err, response.Status)
	} else if err != nil {
		return nil, fmt.Errorf("open %s: %w", url, err)
	}
	if err := echo(conn, message); err != nil {
		conn.Close()
		return nil, fmt.Errorf("echo on %s: %w", url, err)
	}
	return conn, nil
}

// dial opens a TCP connection without keepalive, so that every keepalive timer on it is the server's.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{KeepAlive: -1}).DialContext(ctx, network, address)
}

func echo(conn *websocket.Conn, message string) error {
	deadline := time.Now().Add(openTimeout)
	conn.SetWriteDeadline(deadline)
	conn.SetReadDeadline(deadline)
	defer conn.SetReadDeadline(time.Time{})
	if err := conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		return err
	}
	_, answer, err := conn.ReadMessage()
	if err == nil && string(answer) != message {
		err = fmt.Errorf("sent %q, got %q", message, answer)
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
