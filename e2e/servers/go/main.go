// The Go sample server: a WebSocket echo on gorilla/websocket whose TCP keepalive can be switched.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatalf("server-go: %v", err)
	}
}

func run() error {
	port := env("PORT", "8080")
	mode := env("KEEPALIVE", "default")
	pings, err := strconv.Atoi(env("PING_SECONDS", "0"))
	if err != nil || pings < 0 {
		return fmt.Errorf("PING_SECONDS=%q: give a whole number of seconds, 0 for no pings", os.Getenv("PING_SECONDS"))
	}
	config, err := listenConfig(mode)
	if err != nil {
		return err
	}
	listener, err := config.Listen(context.Background(), "tcp", ":"+port)
	if err != nil {
		return fmt.Errorf("listen on PORT=%q: %w", port, err)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	mux.Handle("/ws", echo(time.Duration(pings)*time.Second))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}

	// Hijacked connections are none of the server's business any more: they end with the process.
	terminated, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	context.AfterFunc(terminated, func() { server.Close() })

	log.Printf("server-go listening port=%s keepalive=%s pingSeconds=%d version=%s", port, mode, pings, runtime.Version())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// listenConfig says what accepted sockets get. Go's own default, the zero value, is 15 s, 15 s and 9 probes.
func listenConfig(mode string) (*net.ListenConfig, error) {
	switch mode {
	case "default":
		return &net.ListenConfig{}, nil
	case "on": // negative values leave the kernel's alone: SO_KEEPALIVE and nothing else
		return &net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: -1, Interval: -1, Count: -1}}, nil
	case "off":
		return &net.ListenConfig{KeepAlive: -1}, nil
	}
	own := net.KeepAliveConfig{Enable: true}
	var idle, interval int
	if n, err := fmt.Sscanf(mode+"\n", "%d/%d/%d\n", &idle, &interval, &own.Count); n != 3 || err != nil {
		return nil, fmt.Errorf("KEEPALIVE=%q: give default, on, off, or values of its own such as 7200/75/9", mode)
	}
	own.Idle, own.Interval = time.Duration(idle)*time.Second, time.Duration(interval)*time.Second
	return &net.ListenConfig{KeepAliveConfig: own}, nil
}

func echo(pingEvery time.Duration) http.HandlerFunc {
	// Any page may connect: this server has no secrets and no state.
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	return func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // the upgrader has answered
		}
		defer conn.Close()
		if pingEvery > 0 {
			done := make(chan struct{})
			defer close(done)
			go ping(conn, pingEvery, done)
		}
		for {
			kind, message, err := conn.ReadMessage()
			if err != nil || conn.WriteMessage(kind, message) != nil {
				return
			}
		}
	}
}

func ping(conn *websocket.Conn, every time.Duration, done <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case now := <-ticker.C:
			if conn.WriteControl(websocket.PingMessage, nil, now.Add(every)) != nil {
				return
			}
		}
	}
}

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
