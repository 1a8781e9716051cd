package kerneltest

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// options are what a TCP socket has.
type options struct {
	keepalive             bool
	time, interval, count int // seconds; TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT
	userTimeout           int // milliseconds
	marked                bool
}

// ipRecvErrRFC4884 is the mark.
const ipRecvErrRFC4884 = 26

// socket is a duplicate of a descriptor of the server.
type socket int

func (s socket) option(level, name int) int {
	value, err := unix.GetsockoptInt(int(s), level, name)
	if err != nil {
		return -1
	}
	return value
}

func (s socket) options() options {
	return options{
		keepalive:   s.option(unix.SOL_SOCKET, unix.SO_KEEPALIVE) == 1,
		time:        s.option(unix.IPPROTO_TCP, unix.TCP_KEEPIDLE),
		interval:    s.option(unix.IPPROTO_TCP, unix.TCP_KEEPINTVL),
		count:       s.option(unix.IPPROTO_TCP, unix.TCP_KEEPCNT),
		userTimeout: s.option(unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT),
		marked:      s.option(unix.SOL_IP, ipRecvErrRFC4884) == 1,
	}
}

func (s socket) listens() bool { return s.option(unix.SOL_SOCKET, unix.SO_ACCEPTCONN) == 1 }

func (s socket) isTCP() bool { return s.option(unix.SOL_SOCKET, unix.SO_PROTOCOL) == unix.IPPROTO_TCP }

// localPort is 0 for sockets of other families.
func (s socket) localPort() int {
	address, err := unix.Getsockname(int(s))
	if err != nil {
		return 0
	}
	switch address := address.(type) {
	case *unix.SockaddrInet4:
		return address.Port
	case *unix.SockaddrInet6:
		return address.Port
	}
	return 0
}

// sockets are all that the server has.
func (s *server) sockets() (sockets []socket) {
	s.t.Helper()
	process, err := unix.PidfdOpen(s.pid, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	defer unix.Close(process)
	folder := fmt.Sprintf("/proc/%d/fd", s.pid)
	entries, err := os.ReadDir(folder)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, entry := range entries {
		if target, _ := os.Readlink(folder + "/" + entry.Name()); !strings.HasPrefix(target, "socket:") {
			continue
		}
		number, _ := strconv.Atoi(entry.Name())
		duplicate, err := unix.PidfdGetfd(process, number, 0)
		if err != nil {
			s.t.Fatalf("duplicate descriptor %d: %v", number, err)
		}
		s.t.Cleanup(func() { unix.Close(duplicate) })
		sockets = append(sockets, socket(duplicate))
	}
	return sockets
}

// tcp are the sockets of a server that is connected to itself.
func (s *server) tcp() (listener, accepted, outgoing options) {
	s.t.Helper()
	sockets := slices.DeleteFunc(s.sockets(), func(socket socket) bool { return !socket.isTCP() })
	if len(sockets) != 3 {
		s.t.Fatalf("the server has %d TCP sockets, want a listening, an accepted and an outgoing one", len(sockets))
	}
	var port int
	for _, socket := range sockets {
		if socket.listens() {
			port, listener = socket.localPort(), socket.options()
		}
	}
	for _, socket := range sockets {
		switch {
		case socket.listens():
		case socket.localPort() == port:
			accepted = socket.options()
		default:
			outgoing = socket.options()
		}
	}
	s.agreesWithSS(port, accepted)
	return listener, accepted, outgoing
}

// agreesWithSS compares the accepted socket with what ss(8) shows.
func (s *server) agreesWithSS(port int, accepted options) {
	s.t.Helper()
	shown := s.ss("-Htno", "--inet-sockopt", "state", "established", "sport", "=", ":"+strconv.Itoa(port))
	if marked := strings.Contains(shown, "recverr_rfc4884"); marked != accepted.marked {
		s.t.Errorf("the socket has %+v, ss shows\n%s", accepted, shown)
	}
	_, timer, running := strings.Cut(shown, "timer:(keepalive,")
	if running != accepted.keepalive {
		s.t.Errorf("the socket has %+v, ss shows\n%s", accepted, shown)
	}
	if !running {
		return
	}
	text, _, _ := strings.Cut(timer, ",")
	left, err := time.ParseDuration(strings.NewReplacer("min", "m", "sec", "s").Replace(text))
	const passed = 70 * time.Second // ss leaves out seconds where there are many minutes
	if idle := time.Duration(accepted.time) * time.Second; err != nil || left > idle || left < idle-passed {
		s.t.Errorf("the socket has %+v, ss shows %s (%v)\n%s", accepted, left, err, shown)
	}
}
