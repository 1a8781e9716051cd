package main

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// connection is a WebSocket that was open once.
type connection struct {
	*websocket.Conn
	answered atomic.Bool // a pong has come
	lost     bool        // guarded by the tally
}

// open makes a WebSocket and has one message echoed, unless the server is silent.
func (l Load) open(ctx context.Context, message string) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Patience)
	defer cancel()
	stop := func() bool { return true }
	defer func() { stop() }()
	dialer := websocket.Dialer{
		NetDialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err == nil {
				stop = context.AfterFunc(ctx, func() { conn.Close() }) // ends a read that waits for an answer
			}
			return conn, err
		},
		// Small: there may be tens of thousands of them.
		ReadBufferSize: 512, WriteBufferSize: 512,
	}
	conn, response, err := dialer.DialContext(ctx, l.URL, nil)
	if err != nil && response != nil {
		return nil, fmt.Errorf("open %s: %w: %s", l.URL, err, response.Status)
	} else if err != nil {
		return nil, fmt.Errorf("open %s: %w", l.URL, err)
	}
	if !l.Silent {
		if err := echo(conn, message); err != nil {
			conn.Close()
			return nil, fmt.Errorf("echo on %s: %w", l.URL, err)
		}
	}
	held := &connection{Conn: conn}
	conn.SetPongHandler(func(string) error {
		held.answered.Store(true)
		return nil
	})
	return held, nil
}

// dial opens a TCP connection without keepalive, so that every keepalive timer on it is the server's.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{KeepAlive: -1}).DialContext(ctx, network, address)
}

func echo(conn *websocket.Conn, message string) error {
	if err := conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		return err
	}
	_, answer, err := conn.ReadMessage()
	if err == nil && string(answer) != message {
		err = fmt.Errorf("sent %q, got %q", message, answer)
	}
	return err
}

// ping requests a pong.
func (c *connection) ping(patience time.Duration) error {
	return c.WriteControl(websocket.PingMessage, nil, time.Now().Add(patience))
}
