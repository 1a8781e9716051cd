package socket

import "time"

// ackDelay is how much later than the data around it an acknowledgement may arrive.
const ackDelay = time.Second

// KeepaliveTime estimates TCP_KEEPIDLE of a socket whose keepalive timer runs.
//
// sock_diag does not show the value, but the kernel (tcp_keepalive_timer in net/ipv4/tcp_timer.c) arms the timer for the
// last receipt known at that moment plus TCP_KEEPIDLE. What was received since then does not move it, so the time left
// plus the age of the last receipt never exceeds TCP_KEEPIDLE, and equals it on a connection that was idle since.
//
// After a probe the timer runs over TCP_KEEPINTVL instead. That is certain while the probe is unanswered (false is returned), and
// possible when the last thing received was a bare acknowledgement (see AnsweredProbe).
func (s Socket) KeepaliveTime() (time.Duration, bool) {
	if s.Timer != KeepaliveTimer || s.Unanswered > 0 || s.Activity == nil {
		return 0, false
	}
	return s.Expires + min(s.Activity.DataReceived, s.Activity.AckReceived), true
}

// AnsweredProbe reports whether the last thing received was an acknowledgement without data around it.
func (s Socket) AnsweredProbe() bool {
	return s.Activity != nil && s.Activity.AckReceived+ackDelay < min(s.Activity.DataReceived, s.Activity.DataSent)
}

// KeepaliveHidden reports whether a timer that matters more is reported in the place of the keepalive timer.
func (s Socket) KeepaliveHidden() bool {
	return s.Timer != NoTimer && s.Timer != KeepaliveTimer
}
