package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// serveUntil echoes one message on each connection, and then reports how each ended: with what its TCP connection returned.
// It closes a connection only upon a close frame, as most servers do.
func serveUntil(t *testing.T, ends chan<- error) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			ends <- err
			return
		}
		defer conn.Close()
		for err == nil {
			var kind int
			var message []byte
			if kind, message, err = conn.ReadMessage(); err == nil {
				err = conn.WriteMessage(kind, message)
			}
		}
		if websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			time.Sleep(100 * time.Millisecond) // a client that closes after the frame would be first
			conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
			if _, err := conn.NetConn().Read(make([]byte, 1)); errors.Is(err, io.EOF) {
				ends <- errors.New("the client closed before the server")
				return
			}
		}
		ends <- err
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http", "ws", 1)
}

func TestConnectionsEndAsIsWanted(t *testing.T) {
	const connections = 5
	for how, matches := range map[ending]func(error) bool{
		byClose:   func(err error) bool { return websocket.IsCloseError(err, websocket.CloseAbnormalClosure) },
		byReset:   func(err error) bool { return errors.Is(err, syscall.ECONNRESET) },
		byGoodbye: func(err error) bool { return websocket.IsCloseError(err, websocket.CloseNormalClosure) },
	} {
		ends := make(chan error, connections)
		load := Load{URL: serveUntil(t, ends), Connections: connections, GiveUp: time.Minute, Patience: 10 * time.Second, Ending: how}
		got := load.Run(context.Background(), ignore, ignore)
		if got.Ended != connections || got.Open != connections {
			t.Errorf("%s: got %+v", how, got)
		}
		for range connections {
			if err := <-ends; !matches(err) {
				t.Errorf("%s: the server saw %v", how, err)
			}
		}
	}
}

func TestConnectionsThatTheServerLeavesOpenHaveNotEnded(t *testing.T) {
	leave := func(_ int32, conn *websocket.Conn) {
		conn.SetCloseHandler(func(int, string) error { return nil })
		untilClosed(0, conn)
		time.Sleep(time.Second)
	}
	load := Load{URL: serve(t, "", leave), Connections: 2, GiveUp: time.Minute, Patience: 200 * time.Millisecond, Ending: byGoodbye}
	if got := load.Run(context.Background(), ignore, ignore); got.Ended != 0 || got.Open != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestUnknownEndingIsRefused(t *testing.T) {
	var how ending
	if err := how.Set("timeout"); err == nil || !strings.Contains(err.Error(), "close, reset, goodbye") {
		t.Errorf("got %v", err)
	}
}
