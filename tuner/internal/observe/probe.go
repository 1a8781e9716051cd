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
	// probeSettle is the time that a server has to set options on a connection that it accepted, and the kernel to
	// establish one.
	probeSettle = 100 * time.Millisecond
	// probeRest is what a connection has at least, of those that wait at the same time.
	probeRest = 5 * probeSettle
	// mostProbes bounds the connections to a port. With two listeners on one address (SO_REUSEPORT) the kernel chooses
	// by chance, and one connection in 128 times misses the other worker with this many.
	mostProbes = 8
)

// probes are the observer's own connections to a port. They stay open until they are closed.
type probes struct {
	clients  []net.Conn
	ends     []socket.Socket // the server's ends that showed their keepalive timer
	failures error
}

// notNamed are those to a port that is not to be connected to, although others are. Clients' connections to it show only
// a lower bound of the keepalive time.
func notNamed() *probes {
	return &probes{failures: errors.New("not probed: not a named port")}
}

func (p *probes) close() {
	for _, client := range p.clients {
		client.Close()
	}
}

// problem is why they showed nothing.
func (p *probes) problem() string {
	if p.failures == nil {
		return "the probe showed nothing"
	}
	return p.failures.Error()
}

// openProbes connects to each listener of a port, and looks at the server's ends.
func (o *Observer) openProbes(listeners []socket.Socket) *probes {
	var p probes
	for address, count := range targets(listeners) {
		for range count {
			if len(p.clients) == mostProbes {
				break
			}
			client, err := dial(address, listeners)
			if err != nil {
				p.failures = errors.Join(p.failures, err)
				break
			}
			p.clients = append(p.clients, client)
		}
	}
	deadline := time.Now().Add(probeTimeout)
	for _, client := range p.clients {
		end, err := o.serverEnd(client, max(time.Until(deadline), probeRest))
		if err == nil {
			p.ends = append(p.ends, end)
		} else if p.failures == nil { // the others failed alike
			p.failures = err
		}
	}
	return &p
}

// targets are the addresses to connect to, with the number of connections.
func targets(listeners []socket.Socket) map[netip.AddrPort]int {
	targets := map[netip.AddrPort]int{}
	for _, listener := range listeners {
		targets[listener.Local]++
	}
	for address, count := range targets {
		if count > 1 {
			targets[address] = mostProbes
		}
	}
	return targets
}

// serverEnd waits until the server has accepted the connection, and shows its keepalive timer.
func (o *Observer) serverEnd(client net.Conn, within time.Duration) (socket.Socket, error) {
	local, remote := addressOf(client.RemoteAddr()), addressOf(client.LocalAddr())
	opened, accepted, deferred := time.Now(), time.Time{}, false
	for ; time.Since(opened) < within; time.Sleep(probePoll) {
		end, found, err := o.diag.Connection(local, remote)
		switch {
		case err != nil:
			return socket.Socket{}, err
		case !found:
			return socket.Socket{}, errors.New("the server closed the probe" + after(deferred))
		// Half a line break: a whole one without the other half is a bad request to some servers, who close the connection.
		case end.State == socket.SynReceived && !deferred && time.Since(opened) >= probeSettle:
			deferred = true
			if _, err := client.Write([]byte{'\r'}); err != nil {
				return socket.Socket{}, fmt.Errorf("send a byte to a server that waits for data: %w", err)
			}
		case end.Inode == 0:
		case accepted.IsZero():
			accepted = time.Now()
		case time.Since(accepted) >= probeSettle && !end.KeepaliveHidden():
			return end, nil
		}
	}
	if accepted.IsZero() {
		return socket.Socket{}, fmt.Errorf("the server did not accept the probe within %s%s", probeTimeout, after(deferred))
	}
	return socket.Socket{}, errors.New("the probe's keepalive timer stayed hidden behind data in flight")
}

// after explains a probe of a server that defers accepting (TCP_DEFER_ACCEPT).
func after(deferred bool) string {
	if !deferred {
		return ""
	}
	return " after its first byte, a carriage return; it accepts no connection without data (deferred accept)"
}

func addressOf(address net.Addr) netip.AddrPort { return address.(*net.TCPAddr).AddrPort() }

// dial connects to a listener by the first address that answers.
func dial(listener netip.AddrPort, all []socket.Socket) (net.Conn, error) {
	dialer := net.Dialer{Timeout: probeTimeout}
	dialer.SetMultipathTCP(false)
	var failures error
	for _, address := range reachable(listener.Addr(), all) {
		connection, err := dialer.Dial("tcp", netip.AddrPortFrom(address, listener.Port()).String())
		if err == nil {
			return connection, nil
		}
		failures = errors.Join(failures, err)
	}
	return nil, fmt.Errorf("probe: %w", failures)
}

var (
	loopback4 = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	loopback6 = netip.IPv6Loopback()
)

// reachable are the addresses by which a listener on this one is reached from within the pod. sock_diag does not show
// whether a listener on [::] also takes IPv4; it does not if there is another one for IPv4.
func reachable(address netip.Addr, all []socket.Socket) []netip.Addr {
	switch {
	case !address.IsUnspecified():
		return []netip.Addr{address}
	case address.Is4():
		return []netip.Addr{loopback4}
	}
	for _, listener := range all {
		if listener.Local.Addr().Is4() && (listener.Local.Addr().IsUnspecified() || listener.Local.Addr() == loopback4) {
			return []netip.Addr{loopback6}
		}
	}
	return []netip.Addr{loopback4, loopback6}
}
