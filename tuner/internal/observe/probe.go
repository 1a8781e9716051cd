package observe

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"wstuning.dev/tuner/internal/socket"
)

const (
	// probeTimeout is generous because servers are looked at when many start at once.
	probeTimeout = 5 * time.Second
	probePoll    = 20 * time.Millisecond
	// probeSettle is the time that a server has to set options on a connection that it accepted.
	probeSettle = 100 * time.Millisecond
)

// probe opens a connection to one of the listeners, looks at the server's end of it, and closes it.
func (o *Observer) probe(listeners []socket.Socket) (socket.Socket, error) {
	connection, err := dial(listeners)
	if err != nil {
		return socket.Socket{}, err
	}
	defer connection.Close()
	server := connection.RemoteAddr().(*net.TCPAddr).AddrPort()
	client := connection.LocalAddr().(*net.TCPAddr).AddrPort()

	var accepted time.Time
	for deadline := time.Now().Add(probeTimeout); time.Now().Before(deadline); time.Sleep(probePoll) {
		end, found, err := o.diag.Connection(server, client)
		if err != nil {
			return socket.Socket{}, err
		}
		if !found {
			return socket.Socket{}, errors.New("the server closed the probe")
		}
		if end.Inode == 0 {
			continue
		}
		if accepted.IsZero() {
			accepted = time.Now()
		}
		if time.Since(accepted) >= probeSettle && !end.KeepaliveHidden() {
			return end, nil
		}
	}
	if accepted.IsZero() {
		return socket.Socket{}, fmt.Errorf("the server did not accept the probe within %s", probeTimeout)
	}
	return socket.Socket{}, errors.New("the probe's keepalive timer stayed hidden behind data in flight")
}

// dial connects to the first address that answers.
func dial(listeners []socket.Socket) (net.Conn, error) {
	dialer := net.Dialer{Timeout: probeTimeout}
	var failures error
	for _, listener := range listeners {
		for _, address := range reachable(listener.Local.Addr()) {
			connection, err := dialer.Dial("tcp", netip.AddrPortFrom(address, listener.Local.Port()).String())
			if err == nil {
				return connection, nil
			}
			failures = errors.Join(failures, err)
		}
	}
	return nil, fmt.Errorf("probe: %w", failures)
}

var (
	loopback4 = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	loopback6 = netip.IPv6Loopback()
)

// reachable are the addresses by which a listener on this one is reached from within the pod. sock_diag does not
// show whether a listener on [::] also takes IPv4.
func reachable(address netip.Addr) []netip.Addr {
	switch {
	case !address.IsUnspecified():
		return []netip.Addr{address}
	case address.Is4():
		return []netip.Addr{loopback4}
	default:
		return []netip.Addr{loopback4, loopback6}
	}
}
