package main

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// ending is how connections end: who ends them first, and with which packet.
type ending string

const (
	byClose   ending = "close"   // the client closes: FIN
	byReset   ending = "reset"   // the client resets: RST
	byGoodbye ending = "goodbye" // the client sends a WebSocket close frame, upon which the server closes
)

var endings = []string{string(byClose), string(byReset), string(byGoodbye)}

// Set implements flag.Value.
func (e *ending) Set(text string) error {
	for _, known := range endings {
		if text == known {
			*e = ending(text)
			return nil
		}
	}
	return fmt.Errorf("give %s", strings.Join(endings, ", "))
}

func (e *ending) String() string { return string(*e) }

// byServer reports whether the server is to close first.
func (e ending) byServer() bool { return e == byGoodbye }

// end ends a connection that is open, or has the server end it.
func (e ending) end(c *connection, patience time.Duration) error {
	switch e {
	case byGoodbye:
		goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		return c.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(patience))
	case byReset:
		tcp, ok := c.NetConn().(*net.TCPConn)
		if !ok {
			return fmt.Errorf("reset: %T is no TCP connection", c.NetConn())
		}
		if err := tcp.SetLinger(0); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
	}
	return c.Close()
}
