package observe

import (
	"time"

	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/socket"
)

// worse returns what is to be reported of clients' connections and of the observer's own.
//
// Clients' connections show whether keepalive runs on them. Of its time they show only a lower bound (see
// socket.KeepaliveTime), which is far too low on few busy connections. A fresh connection shows it exactly, so the greater
// of the two is reported.
func worse(existing, probed *report.Keepalive) *report.Keepalive {
	switch {
	case existing == nil:
		return probed
	case probed == nil, !existing.Running:
		return existing
	case !probed.Running, probed.IdleSeconds > existing.IdleSeconds+1:
		return probed
	}
	return existing
}

// judge looks at sockets whose keepalive timer is not hidden. It runs if all of them have it.
func judge(sockets []socket.Socket, evidence report.Evidence) *report.Keepalive {
	var seen, off int
	var longest, longestAfterProbe time.Duration
	for _, s := range sockets {
		if s.KeepaliveHidden() {
			continue
		}
		seen++
		if s.Timer != socket.KeepaliveTimer {
			off++
		}
		if idle, known := s.KeepaliveTime(); known && s.AnsweredProbe() {
			longestAfterProbe = max(longestAfterProbe, idle)
		} else if known {
			longest = max(longest, idle)
		}
	}
	if seen == 0 {
		return nil
	}
	if longest == 0 { // better than nothing: right unless the interval is longer than the time
		longest = longestAfterProbe
	}
	keepalive := &report.Keepalive{Running: off == 0, Evidence: evidence}
	if keepalive.Running {
		keepalive.IdleSeconds = int64(longest.Round(time.Second) / time.Second)
	} else if seen > 1 {
		keepalive.Off, keepalive.Looked = off, seen
	}
	return keepalive
}

// fewOff is how many sockets without a timer may be chance: a timer that fires is not shown until it is set again.
const fewOff = 16

// again looks a second time at few sockets that show no timer among others that do.
func (o *Observer) again(sockets []socket.Socket) []socket.Socket {
	var off []int
	running := false
	for i, s := range sockets {
		running = running || s.Timer == socket.KeepaliveTimer
		if s.Timer == socket.NoTimer {
			off = append(off, i)
		}
	}
	if !running || len(off) > fewOff {
		return sockets
	}
	for _, i := range off {
		second, found, err := o.diag.Connection(sockets[i].Local, sockets[i].Remote)
		if err == nil && found {
			sockets[i] = second
		}
	}
	return sockets
}
