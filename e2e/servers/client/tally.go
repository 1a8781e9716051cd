package main

import (
	"fmt"
	"sync"

	"github.com/gorilla/websocket"
)

// tally counts what happens to the connections; it is safe for concurrent use.
type tally struct {
	mu     sync.Mutex
	result Result
	conns  []*websocket.Conn
}

func (t *tally) opened(conn *websocket.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conns = append(t.conns, conn)
	t.result.Open++
	t.result.Echoed++
}

func (t *tally) failed(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.result.Failed++
	if t.result.FirstError == "" {
		t.result.FirstError = err.Error()
	}
}

func (t *tally) open() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.result.Open
}

// watch reads, which also answers the server's pings, until the connection ends.
func (t *tally) watch(conn *websocket.Conn) {
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			t.lost(fmt.Errorf("lost while holding: %w", err))
			return
		}
	}
}

func (t *tally) lost(err error) {
	t.failed(err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.result.Open--
}

// end closes what is still open. The watchers see that too, but only after the result was taken.
func (t *tally) end() Result {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, conn := range t.conns {
		conn.Close()
	}
	return t.result
}
