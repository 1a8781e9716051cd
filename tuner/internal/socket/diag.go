package socket

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// receiveTimeout only guards against a kernel that does not answer.
var receiveTimeout = unix.Timeval{Sec: 5}

// Diag is a NETLINK_SOCK_DIAG socket.
type Diag struct {
	fd       int
	buffer   []byte
	sequence uint32
}

// OpenDiag opens the socket in the network namespace of the calling thread.
func OpenDiag() (*Diag, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, fmt.Errorf("open sock_diag: %w", err)
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &receiveTimeout); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("set receive timeout of sock_diag: %w", err)
	}
	return &Diag{fd: fd, buffer: make([]byte, 64<<10)}, nil
}

// Close closes the socket.
func (d *Diag) Close() error { return unix.Close(d.fd) }

// Each calls visit for every TCP socket, over IPv4 and IPv6, that is in the given state. It holds one message at a time,
// so that tens of thousands of connections cost no memory of the pod.
func (d *Diag) Each(state uint8, visit func(Socket)) error {
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		request := newRequest(family, unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
		request.States = 1 << state
		if err := d.ask(request, visit); err != nil {
			return fmt.Errorf("list TCP sockets by sock_diag: %w", err)
		}
	}
	return nil
}

// Connection looks up the end of one connection by its addresses, established or about to be. It reports false when there
// is none.
func (d *Diag) Connection(local, remote netip.AddrPort) (connection Socket, found bool, err error) {
	request := newRequest(family(local.Addr()), unix.NLM_F_REQUEST)
	request.ID.setAddresses(local, remote)
	err = d.ask(request, func(socket Socket) {
		// Without such a connection the kernel answers with the listener.
		if socket.State == Established || socket.State == SynReceived {
			connection, found = socket, true
		}
	})
	if errors.Is(err, unix.ENOENT) {
		return Socket{}, false, nil
	}
	if err != nil {
		return Socket{}, false, fmt.Errorf("look up TCP connection by sock_diag: %w", err)
	}
	return connection, found, nil
}

func (d *Diag) ask(request request, visit func(Socket)) error {
	d.sequence++
	request.Header.Seq = d.sequence
	if err := unix.Sendto(d.fd, request.bytes(), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	for {
		n, _, err := unix.Recvfrom(d.fd, d.buffer, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		messages, err := syscall.ParseNetlinkMessage(d.buffer[:n])
		if err != nil {
			return err
		}
		for _, message := range messages {
			switch {
			case message.Header.Seq != d.sequence: // left over from a request that failed half-way
				continue
			case message.Header.Type == unix.NLMSG_DONE, message.Header.Type == unix.NLMSG_ERROR:
				return netlinkError(message.Data)
			}
			socket, err := parse(message.Data)
			if err != nil {
				return err
			}
			visit(socket)
			if message.Header.Flags&unix.NLM_F_MULTI == 0 {
				return nil
			}
		}
	}
}
