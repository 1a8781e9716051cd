// Package socket asks the kernel, by sock_diag(7), about the TCP sockets of this network namespace. It needs no privilege.
package socket

import (
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// The states of interest, as numbered in the kernel's include/net/tcp_states.h.
const (
	Established = unix.BPF_TCP_ESTABLISHED
	// SynReceived is also the state of a connection whose listener waits for data (TCP_DEFER_ACCEPT) before there is a socket.
	SynReceived = unix.BPF_TCP_SYN_RECV
	Listen      = unix.BPF_TCP_LISTEN
)

// Timer is the one timer that the kernel reports of a socket (inet_sk_diag_fill in net/ipv4/inet_diag.c).
type Timer uint8

// A pending retransmission or window probe hides the keepalive timer that runs at the same time.
const (
	NoTimer          Timer = 0
	RetransmitTimer  Timer = 1
	KeepaliveTimer   Timer = 2
	WindowProbeTimer Timer = 4
)

// Socket is what inet_diag shows of one TCP socket.
type Socket struct {
	State  uint8
	Local  netip.AddrPort
	Remote netip.AddrPort
	// UID owns the socket; it is the effective user of the process that made or accepted it.
	UID uint32
	// Inode is 0 while a connection waits to be accepted.
	Inode uint32
	// Cgroup is the id of the one in the hierarchy of cgroup v2 that the listener was made in; 0 if the kernel (before 5.7)
	// does not send it. All have the same if the container runtime does not use that hierarchy.
	Cgroup uint64
	Timer  Timer
	// Expires is the time left until Timer fires.
	Expires time.Duration
	// Unanswered counts the keepalive probes since the peer was last heard.
	Unanswered uint8
	// Marked is IP_RECVERR_RFC4884, which means nothing for TCP: the preloaded library leaves it on the listeners
	// on which it has set options.
	Marked bool
	// Activity is nil when the kernel sent none.
	Activity *Activity
}

// Activity holds ages from the kernel's tcp_info: how long ago something last happened.
type Activity struct {
	DataSent     time.Duration
	DataReceived time.Duration
	AckReceived  time.Duration
}
