package observe

import (
	"time"

	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/socket"
)

// keepalive returns what accepted sockets of the port show, or nil when there is nothing to look at. An error is about the
// observer's own connection.
//
// Clients' connections show whether keepalive runs on them. Of its time they show only a lower bound (see
// socket.KeepaliveTime), which is far too low on few busy connections. A fresh connection shows it exactly, so the greater
// of the two is reported.
func (o *Observer) keepalive(listeners, connections []socket.Socket, probe bool) (*report.Keepalive, error) {
	existing := judge(connections, report.Existing)
	if !probe || existing != nil && !existing.Running {
		return existing, nil
	}
	probed, err := o.probe(listeners)
	if err != nil {
		return existing, err
	}
	fresh := judge([]socket.Socket{probed}, report.Probe)
	if existing == nil || fresh.IdleSeconds > existing.IdleSeconds+1 {
		return fresh, nil
	}
	return existing, nil
}

// judge looks at sockets whose keepalive timer is not hidden.
func judge(sockets []socket.Socket, evidence report.Evidence) *report.Keepalive {
	var seen, running bool
	var longest, longestAfterProbe time.Duration
	for _, s := range sockets {
		if s.KeepaliveHidden() {
			continue
		}
		seen = true
		running = running || s.Timer == socket.KeepaliveTimer
		if idle, known := s.KeepaliveTime(); known && s.AnsweredProbe() {
			longestAfterProbe = max(longestAfterProbe, idle)
		} else if known {
			longest = max(longest, idle)
		}
	}
	if !seen {
		return nil
	}
	if longest == 0 { // better than nothing: right unless the interval is longer than the time
		longest = longestAfterProbe
	}
	return &report.Keepalive{Running: running, IdleSeconds: int64(longest.Round(time.Second) / time.Second), Evidence: evidence}
}
