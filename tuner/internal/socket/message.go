package socket

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// From the kernel's include/uapi/linux/inet_diag.h; golang.org/x/sys does not have them.
const (
	inetDiagInfo    = 2
	inetDiagCgroup  = 21
	inetDiagSockopt = 22
)

// recverrRFC4884 is a bit in the second byte of struct inet_diag_sockopt, as little-endian machines lay it out.
const recverrRFC4884 = 1 << 1

type socketID struct {
	LocalPort, RemotePort [2]byte // network byte order
	Local, Remote         [16]byte
	Interface             uint32
	Cookie                [2]uint32
}

type request struct {
	Header     unix.NlMsghdr
	Family     uint8
	Protocol   uint8
	Extensions uint8
	_          uint8
	States     uint32
	ID         socketID
}

type answer struct {
	Family, State, Timer, Retransmits uint8
	ID                                socketID
	Expires                           uint32 // milliseconds
	ReceiveQueue, SendQueue           uint32
	UID                               uint32
	Inode                             uint32
}

var noCookie = [2]uint32{^uint32(0), ^uint32(0)}

func newRequest(family uint8, flags uint16) request {
	var r request
	r.Header = unix.NlMsghdr{Len: uint32(unsafe.Sizeof(r)), Type: unix.SOCK_DIAG_BY_FAMILY, Flags: flags}
	r.Family = family
	r.Protocol = unix.IPPROTO_TCP
	r.Extensions = 1 << (inetDiagInfo - 1)
	r.ID.Cookie = noCookie
	return r
}

func (r *request) bytes() []byte { return unsafe.Slice((*byte)(unsafe.Pointer(r)), unsafe.Sizeof(*r)) }

func (id *socketID) setAddresses(local, remote netip.AddrPort) {
	binary.BigEndian.PutUint16(id.LocalPort[:], local.Port())
	binary.BigEndian.PutUint16(id.RemotePort[:], remote.Port())
	copy(id.Local[:], local.Addr().AsSlice())
	copy(id.Remote[:], remote.Addr().AsSlice())
}

func (id *socketID) addresses(family uint8) (local, remote netip.AddrPort) {
	return netip.AddrPortFrom(address(family, id.Local), binary.BigEndian.Uint16(id.LocalPort[:])),
		netip.AddrPortFrom(address(family, id.Remote), binary.BigEndian.Uint16(id.RemotePort[:]))
}

func family(address netip.Addr) uint8 {
	if address.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// address unmaps, because sockets of IPv6 also speak IPv4.
func address(family uint8, bytes [16]byte) netip.Addr {
	if family == unix.AF_INET {
		return netip.AddrFrom4([4]byte(bytes[:4]))
	}
	return netip.AddrFrom16(bytes).Unmap()
}

func parse(data []byte) (Socket, error) {
	var a answer
	size := int(unsafe.Sizeof(a))
	if len(data) < size {
		return Socket{}, fmt.Errorf("answer of %d bytes is too short", len(data))
	}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&a)), size), data)
	local, remote := a.ID.addresses(a.Family)
	return Socket{
		State:      a.State,
		Local:      local,
		Remote:     remote,
		UID:        a.UID,
		Inode:      a.Inode,
		Timer:      Timer(a.Timer),
		Expires:    milliseconds(a.Expires),
		Unanswered: a.Retransmits,
		Cgroup:     parseCgroup(attribute(data[size:], inetDiagCgroup)),
		Marked:     parseMark(attribute(data[size:], inetDiagSockopt)),
		Activity:   parseActivity(attribute(data[size:], inetDiagInfo)),
	}, nil
}

// parseMark takes what kernels from 5.9 on send unasked.
func parseMark(options []byte) bool { return len(options) >= 2 && options[1]&recverrRFC4884 != 0 }

// parseCgroup takes what kernels from 5.7 on send unasked.
func parseCgroup(id []byte) uint64 {
	if len(id) < 8 {
		return 0
	}
	return binary.NativeEndian.Uint64(id)
}

// attribute returns the payload of the netlink attribute of that type.
func attribute(data []byte, wanted uint16) []byte {
	for len(data) >= unix.SizeofRtAttr {
		length := int(binary.NativeEndian.Uint16(data))
		if length < unix.SizeofRtAttr || length > len(data) {
			return nil
		}
		if binary.NativeEndian.Uint16(data[2:]) == wanted {
			return data[unix.SizeofRtAttr:length]
		}
		aligned := (length + unix.RTA_ALIGNTO - 1) &^ (unix.RTA_ALIGNTO - 1)
		data = data[min(aligned, len(data)):]
	}
	return nil
}

// parseActivity takes fields by offset because the kernel's tcp_info grows at its end from version to version.
func parseActivity(info []byte) *Activity {
	var layout unix.TCPInfo
	if len(info) < int(unsafe.Offsetof(layout.Pmtu)) {
		return nil
	}
	age := func(offset uintptr) time.Duration {
		return milliseconds(binary.NativeEndian.Uint32(info[offset:]))
	}
	return &Activity{
		DataSent:     age(unsafe.Offsetof(layout.Last_data_sent)),
		DataReceived: age(unsafe.Offsetof(layout.Last_data_recv)),
		AckReceived:  age(unsafe.Offsetof(layout.Last_ack_recv)),
	}
}

func milliseconds(n uint32) time.Duration { return time.Duration(n) * time.Millisecond }

// netlinkError is the error number that NLMSG_ERROR and NLMSG_DONE begin with.
func netlinkError(data []byte) error {
	if len(data) < 4 {
		return fmt.Errorf("error message of %d bytes is too short", len(data))
	}
	if number := -int32(binary.NativeEndian.Uint32(data)); number != 0 {
		return unix.Errno(number)
	}
	return nil
}
