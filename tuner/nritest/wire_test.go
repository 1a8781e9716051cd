package nritest

import (
	"io"
	"net"
	"os"
	"sync"
)

// wire carries connections from one socket to another until it is cut, as all are when a runtime's process ends.
type wire struct {
	listener net.Listener
	to       string

	mutex sync.Mutex
	ends  []net.Conn
	isCut bool
}

func newWire(from, to string) (*wire, error) {
	if err := os.RemoveAll(from); err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", from)
	if err != nil {
		return nil, err
	}
	w := &wire{listener: listener, to: to}
	go w.accept()
	return w, nil
}

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("unix", w.to)
		if err != nil {
			near.Close()
			continue
		}
		w.keep(near, far)
		go carry(near, far)
		go carry(far, near)
	}
}

func (w *wire) keep(ends ...net.Conn) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.ends = append(w.ends, ends...)
	if w.isCut {
		w.closeAll()
	}
}

func (w *wire) cut() {
	w.listener.Close()
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.isCut = true
	w.closeAll()
}

func (w *wire) closeAll() {
	for _, end := range w.ends {
		end.Close()
	}
}

func carry(from, to net.Conn) {
	io.Copy(to, from)
	to.Close()
}
