package observe

import (
	"testing"
	"time"

	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/socket"
)

func running(left, age time.Duration) socket.Socket {
	return socket.Socket{Timer: socket.KeepaliveTimer, Expires: left, Activity: &socket.Activity{DataSent: age, DataReceived: age, AckReceived: age}}
}

func answered(left, age time.Duration) socket.Socket {
	s := running(left, time.Hour)
	s.Activity.AckReceived = age
	return s
}

func TestJudge(t *testing.T) {
	const s = time.Second
	hidden := socket.Socket{Timer: socket.RetransmitTimer}
	for name, test := range map[string]struct {
		sockets []socket.Socket
		want    *report.Keepalive
	}{
		"nothing to look at":                       {nil, nil},
		"only hidden timers":                       {[]socket.Socket{hidden, hidden}, nil},
		"no timer":                                 {[]socket.Socket{hidden, {}}, &report.Keepalive{Evidence: report.Existing}},
		"one of three has none":                    {[]socket.Socket{running(100*s, s), {}, running(100*s, s), hidden}, &report.Keepalive{Off: 1, Looked: 3, Evidence: report.Existing}},
		"one of three has one":                     {[]socket.Socket{running(100*s, s), {}, {}, hidden}, &report.Keepalive{Off: 2, Looked: 3, Evidence: report.Existing}},
		"the greatest lower bound":                 {[]socket.Socket{running(100*s, s), running(290*s, 9600*time.Millisecond), hidden}, &report.Keepalive{Running: true, IdleSeconds: 300, Evidence: report.Existing}},
		"an interval is not mistaken for the time": {[]socket.Socket{answered(70*s, 5*s), running(20*s, 10*s)}, &report.Keepalive{Running: true, IdleSeconds: 30, Evidence: report.Existing}},
		"an answered probe is better than nothing": {[]socket.Socket{answered(10*s, 5*s)}, &report.Keepalive{Running: true, IdleSeconds: 15, Evidence: report.Existing}},
		"running, with an unknown time":            {[]socket.Socket{{Timer: socket.KeepaliveTimer, Unanswered: 2, Activity: &socket.Activity{}}}, &report.Keepalive{Running: true, Evidence: report.Existing}},
	} {
		t.Run(name, func(t *testing.T) {
			got := judge(test.sockets, report.Existing)
			if (got == nil) != (test.want == nil) || got != nil && *got != *test.want {
				t.Errorf("judge = %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestTheWorseIsReported(t *testing.T) {
	off, short, long := &report.Keepalive{}, &report.Keepalive{Running: true, IdleSeconds: 100}, &report.Keepalive{Running: true, IdleSeconds: 300}
	alike := &report.Keepalive{Running: true, IdleSeconds: 301}
	for name, test := range map[string]struct{ existing, probed, want *report.Keepalive }{
		"nothing":                            {nil, nil, nil},
		"a probe alone":                      {nil, short, short},
		"clients alone":                      {short, nil, short},
		"clients without":                    {off, long, off},
		"a probe without":                    {long, off, off},
		"clients show a lower bound":         {short, long, long},
		"clients know as much":               {long, alike, long},
		"clients waited longer than a probe": {long, short, long},
	} {
		if got := worse(test.existing, test.probed); got != test.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
