package socket

import (
	"testing"
	"time"
)

func TestKeepaliveTime(t *testing.T) {
	const s = time.Second
	for name, test := range map[string]struct {
		socket   Socket
		want     time.Duration
		known    bool
		answered bool
		hidden   bool
	}{
		"idle since it was accepted": {
			Socket{Timer: KeepaliveTimer, Expires: 290 * s, Activity: &Activity{10 * s, 10 * s, 10 * s}},
			300 * s, true, false, false,
		},
		"busy: a lower bound": {
			Socket{Timer: KeepaliveTimer, Expires: 200 * s, Activity: &Activity{1 * s, 30 * s, 1 * s}},
			201 * s, true, false, false,
		},
		"a probe is unanswered: the timer runs over the interval": {
			Socket{Timer: KeepaliveTimer, Unanswered: 1, Expires: 70 * s, Activity: &Activity{15 * s, 15 * s, 15 * s}},
			0, false, false, false,
		},
		"a probe was answered: it may be the interval": {
			Socket{Timer: KeepaliveTimer, Expires: 70 * s, Activity: &Activity{40 * s, 40 * s, 5 * s}},
			75 * s, true, true, false,
		},
		"data in flight hides the timer": {
			Socket{Timer: RetransmitTimer, Expires: s, Activity: &Activity{}}, 0, false, false, true,
		},
		"a closed window hides the timer": {
			Socket{Timer: WindowProbeTimer, Expires: s, Activity: &Activity{}}, 0, false, false, true,
		},
		"no timer": {Socket{Activity: &Activity{}}, 0, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, known := test.socket.KeepaliveTime()
			if got != test.want || known != test.known {
				t.Errorf("KeepaliveTime = %v, %v", got, known)
			}
			if test.socket.AnsweredProbe() != test.answered || test.socket.KeepaliveHidden() != test.hidden {
				t.Errorf("AnsweredProbe %v, KeepaliveHidden %v", test.socket.AnsweredProbe(), test.socket.KeepaliveHidden())
			}
		})
	}
}
