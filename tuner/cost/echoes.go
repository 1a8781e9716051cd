package main

import (
	"io"
	"net"
	"runtime"
	"sync"
	"time"
)

// echoes is a client that has a byte echoed again and again.
type echoes struct {
	connection net.Conn
	lock       sync.Mutex
	pause      time.Duration
	failure    error
	done       chan struct{}
}

func startEchoes() (*echoes, error) {
	connections, err := dial(1)
	if err != nil {
		return nil, err
	}
	e := &echoes{connection: connections[0], done: make(chan struct{})}
	go e.run()
	return e, nil
}

func (e *echoes) run() {
	defer close(e.done)
	runtime.LockOSThread() // no other goroutine may hold it up
	for {
		took, err := exchangeByte(e.connection)
		e.lock.Lock()
		e.pause, e.failure = max(e.pause, took), err
		e.lock.Unlock()
		if err != nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// longest returns the longest echo since it was called the last time.
func (e *echoes) longest() (time.Duration, error) {
	e.lock.Lock()
	defer e.lock.Unlock()
	pause := e.pause
	e.pause = 0
	return pause, e.failure
}

func (e *echoes) stop() {
	e.connection.Close()
	<-e.done
}

func exchangeByte(connection net.Conn) (time.Duration, error) {
	begin := time.Now()
	if _, err := connection.Write([]byte{0}); err != nil {
		return 0, err
	}
	_, err := io.ReadFull(connection, make([]byte, 1))
	return time.Since(begin), err
}
