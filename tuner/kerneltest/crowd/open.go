package main

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	atATime    = 64  // handshakes or echoes under way
	bufferSize = 512 // enough for a handshake
)

// buffers are for writing, which few connections do at a time.
var buffers = &sync.Pool{}

// crowd opens connections, and holds them.
type crowd struct {
	server   string
	sources  []string
	patience time.Duration

	lock    sync.Mutex
	held    []*websocket.Conn
	failure error
}

// result is what was reached. Answered are those that echoed a message when all were open.
type result struct {
	Wanted   int     `json:"wanted"`
	Opened   int     `json:"opened"`
	Answered int     `json:"answered"`
	Seconds  float64 `json:"seconds"` // for opening
	Error    string  `json:"error,omitempty"`
}

// open opens no more after a failure: at its limit a server does not refuse connections, and handshakes wait without an
// answer.
func (c *crowd) open(wanted int) result {
	start := time.Now()
	forEach(wanted, c.openOne)
	r := result{Wanted: wanted, Opened: len(c.held), Seconds: time.Since(start).Seconds()}
	if c.failure != nil {
		r.Error = c.failure.Error()
	}
	var answered atomic.Int64
	forEach(len(c.held), func(i int) {
		if c.answers(c.held[i]) {
			answered.Add(1)
		}
	})
	r.Answered = int(answered.Load())
	return r
}

func forEach(number int, do func(int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range atATime {
		all.Go(func() {
			for i := next.Add(1); i <= int64(number); i = next.Add(1) {
				do(int(i - 1))
			}
		})
	}
	all.Wait()
}

func (c *crowd) openOne(i int) {
	c.lock.Lock()
	failed := c.failure != nil
	c.lock.Unlock()
	if failed {
		return
	}
	connection, err := c.dial(c.sources[i%len(c.sources)])
	c.lock.Lock()
	defer c.lock.Unlock()
	if err != nil {
		c.failure = err
		return
	}
	c.held = append(c.held, connection)
}

func (c *crowd) dial(source string) (*websocket.Conn, error) {
	dialer := net.Dialer{KeepAlive: -1, LocalAddr: &net.TCPAddr{IP: net.ParseIP(source)}}
	handshake := websocket.Dialer{
		NetDial: dialer.Dial, HandshakeTimeout: c.patience,
		ReadBufferSize: bufferSize, WriteBufferSize: bufferSize, WriteBufferPool: buffers,
	}
	connection, _, err := handshake.Dial("ws://"+c.server+"/", nil)
	return connection, err
}

func (c *crowd) answers(connection *websocket.Conn) bool {
	const message = "are you there?"
	connection.SetReadDeadline(time.Now().Add(c.patience))
	if connection.WriteMessage(websocket.TextMessage, []byte(message)) != nil {
		return false
	}
	_, answer, err := connection.ReadMessage()
	return err == nil && string(answer) == message
}
