package main

import (
	"context"
	"net"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// accepted is a connection as the server gets it from a listener of the given mode.
func accepted(t *testing.T, mode string) *net.TCPConn {
	t.Helper()
	config, err := listenConfig(mode)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close(); listener.Close() })
	return server.(*net.TCPConn)
}

func option(t *testing.T, conn *net.TCPConn, level, name int) (value int) {
	t.Helper()
	raw, err := conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if controlErr := raw.Control(func(fd uintptr) { value, err = syscall.GetsockoptInt(int(fd), level, name) }); controlErr != nil || err != nil {
		t.Fatal(controlErr, err)
	}
	return value
}

func TestKeepaliveModes(t *testing.T) {
	sysctl, err := os.ReadFile("/proc/sys/net/ipv4/tcp_keepalive_time")
	if err != nil {
		t.Fatal(err)
	}
	kernel, err := strconv.Atoi(strings.TrimSpace(string(sysctl)))
	if err != nil {
		t.Fatal(err)
	}
	if kernel == 15 {
		t.Skip("this machine's tcp_keepalive_time is Go's own: the modes cannot be distinguished")
	}
	for _, want := range []struct {
		mode     string
		on, idle int
	}{
		{"default", 1, 15}, // Go's own
		{"on", 1, kernel},  // the sysctls act
		{"off", 0, kernel},
		{"3600/75/9", 1, 3600}, // looser than what is usually wanted
	} {
		conn := accepted(t, want.mode)
		on := option(t, conn, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE)
		idle := option(t, conn, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE)
		if on != want.on || idle != want.idle {
			t.Errorf("%s: SO_KEEPALIVE %d, TCP_KEEPIDLE %d; want %d, %d", want.mode, on, idle, want.on, want.idle)
		}
	}
}

func TestUnknownKeepaliveIsRefused(t *testing.T) {
	for _, mode := range []string{"yes", "10/5", "10/5/3/1", "10s/5/3"} {
		if _, err := listenConfig(mode); err == nil || !strings.Contains(err.Error(), "give default, on, off") {
			t.Errorf("%s: got %v", mode, err)
		}
	}
}

func TestEchoAndPings(t *testing.T) {
	server := httptest.NewServer(echo(50 * time.Millisecond))
	defer server.Close()
	conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(server.URL, "http", "ws", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	pings := 0
	conn.SetPingHandler(func(string) error { pings++; return nil })

	for _, kind := range []int{websocket.TextMessage, websocket.BinaryMessage} {
		if err := conn.WriteMessage(kind, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if got, message, err := conn.ReadMessage(); err != nil || got != kind || string(message) != "hello" {
			t.Errorf("kind %d came back as %d %q %v", kind, got, message, err)
		}
	}
	conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	conn.ReadMessage() // handles pings until the deadline
	if pings < 2 {
		t.Errorf("got %d pings in 300 ms, want one every 50 ms", pings)
	}
}
