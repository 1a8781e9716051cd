package main

import (
	"context"
	"net"
	"net/http"
	"reflect"
	"time"

	"wstuning.dev/tuner/internal/journal"
)

// recallTotals goes on with what the agent before this one counted, which has ended.
func (p *pods) recallTotals() {
	if p == nil {
		return
	}
	kept, err := journal.RememberedTotals(p.folder, p.boot)
	if err != nil {
		p.log.Error("recall what was counted", "problem", err)
	}
	p.keeper.Totals.Recall(kept)
	p.kept = &kept
}

// keepTotals leaves them for the next agent. It is called by the agent whose turn it is.
func (p *pods) keepTotals() {
	if p == nil {
		return
	}
	now := p.keeper.Totals.Keep()
	if now == nil || reflect.DeepEqual(now, p.kept) {
		return
	}
	if err := journal.RememberTotals(p.folder, p.boot, *now); err != nil {
		p.log.Error("remember what was counted", "problem", err)
		return
	}
	p.kept = now
}

// serveMetrics tries again while another agent of this node, which is about to end, has the port.
func (p *pods) serveMetrics(ctx context.Context) {
	handler := http.NewServeMux()
	handler.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		p.keeper.Totals.WriteTo(w)
	})
	server := &http.Server{Handler: handler, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8192}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	for said := false; ctx.Err() == nil; said = true {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.options.metrics)
		if err == nil {
			err = server.Serve(listener)
		}
		if !said && ctx.Err() == nil {
			p.log.Warn("serve metrics", "problem", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
		}
	}
}
