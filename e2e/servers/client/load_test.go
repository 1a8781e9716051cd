package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// serve echoes one message on each connection; then each is given to after.
func serve(t *testing.T, answer string, after func(n int32, conn *websocket.Conn)) (url string) {
	t.Helper()
	var count atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if answer != "" {
			message = []byte(answer)
		}
		conn.WriteMessage(kind, message)
		after(count.Add(1), conn)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http", "ws", 1)
}

// serveFirst leaves all but the first clients waiting, as a server does that has no descriptor left.
func serveFirst(t *testing.T, first int32) (url string) {
	t.Helper()
	var count atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := count.Add(1); n > first {
			<-r.Context().Done()
			return
		}
		upgrader := websocket.Upgrader{}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
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
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http", "ws", 1)
}

func ignore(int) {}

func untilClosed(_ int32, conn *websocket.Conn) {
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

func TestAllAreHeldToTheEnd(t *testing.T) {
	held := 0
	got := Load{URL: serve(t, "", untilClosed), Connections: 20, Hold: 50 * time.Millisecond, GiveUp: time.Minute, Patience: time.Minute}.
		Run(context.Background(), ignore, func(opened int) { held = opened })
	if want := (Result{Wanted: 20, Opened: 20, Open: 20, Ended: 20}); got != want || !got.Complete() {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if held != 20 {
		t.Errorf("%d were held, want 20", held)
	}
}

func TestConnectionsLostWhileHoldingAreFailures(t *testing.T) {
	dropEveryOther := func(n int32, conn *websocket.Conn) {
		if n%2 == 0 {
			return
		}
		untilClosed(n, conn)
	}
	got := Load{URL: serve(t, "", dropEveryOther), Connections: 10, Hold: 200 * time.Millisecond, GiveUp: time.Minute, Patience: time.Minute}.
		Run(context.Background(), ignore, ignore)
	if got.Open != 5 || got.Opened != 10 || got.Failed != 5 || !strings.Contains(got.FirstError, "lost while holding") || got.Complete() {
		t.Errorf("got %+v", got)
	}
}

func TestWrongEchoesAreFailures(t *testing.T) {
	got := Load{URL: serve(t, "something else", untilClosed), Connections: 2, GiveUp: time.Minute, Patience: time.Minute}.
		Run(context.Background(), ignore, ignore)
	if got.Open != 0 || got.Failed != 2 || !strings.Contains(got.FirstError, `got "something else"`) {
		t.Errorf("got %+v", got)
	}
}

func TestServerThatRefusesIsTold(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	got := Load{URL: strings.Replace(server.URL, "http", "ws", 1), Connections: 3, GiveUp: time.Minute, Patience: time.Minute}.
		Run(context.Background(), ignore, ignore)
	if got.Failed != 3 || !strings.Contains(got.FirstError, "404") {
		t.Errorf("got %+v", got)
	}
}

func TestTerminationEndsTheHold(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	start := time.Now()
	got := Load{URL: serve(t, "", untilClosed), Connections: 1, Hold: time.Minute, GiveUp: time.Minute, Patience: time.Minute}.
		Run(ctx, ignore, func(int) { cancel() })
	if got.Open != 1 || time.Since(start) > 10*time.Second {
		t.Errorf("got %+v after %v", got, time.Since(start))
	}
}

func TestBoundsAreChecked(t *testing.T) {
	fine := Load{URL: "ws://127.0.0.1/ws", Connections: 1, GiveUp: time.Second}
	if err := check(fine, nil); err != nil {
		t.Errorf("refused %+v: %v", fine, err)
	}
	for flag, change := range map[string]func(*Load){
		"--url":         func(l *Load) { l.URL = "http://127.0.0.1" },
		"--connections": func(l *Load) { l.Connections = maxConnections + 1 },
		"--hold":        func(l *Load) { l.Hold = maxHold + 1 },
		"--interval":    func(l *Load) { l.Interval = -1 },
		"--give-up":     func(l *Load) { l.GiveUp = 0 },
	} {
		bad := fine
		change(&bad)
		if err := check(bad, nil); err == nil || !strings.Contains(err.Error(), flag) {
			t.Errorf("%+v: got %v, want a message about %s", bad, err, flag)
		}
	}
}

func TestServerThatTakesNoMoreIsGivenUp(t *testing.T) {
	start := time.Now()
	got := Load{URL: serveFirst(t, 3), Connections: 1000, GiveUp: time.Second, Patience: time.Minute}.Run(context.Background(), ignore, ignore)
	if got.Opened != 3 || got.Open != 3 || !got.GaveUp || got.Failed == 0 || got.Complete() {
		t.Errorf("got %+v", got)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestConnectionsThatOnlyLookOpenAreNot(t *testing.T) {
	deaf := func(int32, *websocket.Conn) { time.Sleep(3 * time.Second) } // the socket stays open, no pong comes
	got := Load{URL: serve(t, "", deaf), Connections: 2, GiveUp: time.Minute, Patience: time.Second}.Run(context.Background(), ignore, ignore)
	if got.Opened != 2 || got.Open != 0 || got.Failed != 2 || got.FirstError != errNoPong.Error() {
		t.Errorf("got %+v", got)
	}
}

func TestSilentServerIsProvedByItsPong(t *testing.T) {
	got := Load{URL: serve(t, "", untilClosed), Connections: 2, GiveUp: time.Minute, Patience: time.Minute, Silent: true}.
		Run(context.Background(), ignore, ignore)
	if got.Open != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestMoreConnectionsThanOpenFilesAreRefusedAtOnce(t *testing.T) {
	if err := enoughFiles(1); err != nil {
		t.Error(err)
	}
	if err := enoughFiles(1 << 30); err == nil || !strings.Contains(err.Error(), "give at most") {
		t.Errorf("got %v", err)
	}
}
