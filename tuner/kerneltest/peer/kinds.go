package main

import (
	"encoding/json"
	"os"

	"golang.org/x/sys/unix"
)

// kinds are what makes connected sockets that are not of plain TCP. They return none if the kernel has no such sockets.
var kinds = map[string]func() []int{
	"UDP, IPv4": func() []int {
		return datagrams(unix.AF_INET, &unix.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}})
	},
	"UDP, IPv6":      func() []int { return datagrams(unix.AF_INET6, &unix.SockaddrInet6{Port: 9, Addr: [16]byte{15: 1}}) },
	"unix, stream":   func() []int { return pair(unix.SOCK_STREAM) },
	"unix, datagram": func() []int { return pair(unix.SOCK_DGRAM) },
	"MPTCP":          multipath,
}

// seen is what a socket reads after keepalive was switched on and off, and after TCP_KEEPIDLE was to be 400 s.
type seen struct {
	Keepalive int
	Idle      string // the error
}

func showKinds() {
	all := map[string][]seen{}
	for name, sockets := range kinds {
		for _, fd := range sockets() {
			check(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1))
			check(unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 0))
			value, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE)
			check(err)
			shown := seen{Keepalive: value}
			if err := unix.SetsockoptInt(fd, unix.SOL_TCP, unix.TCP_KEEPIDLE, 400); err != nil {
				shown.Idle = err.Error()
			}
			all[name] = append(all[name], shown)
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(all))
}

func datagrams(family int, to unix.Sockaddr) []int {
	fd, err := unix.Socket(family, unix.SOCK_DGRAM, 0)
	if err != nil {
		return nil
	}
	check(unix.Connect(fd, to))
	return []int{fd}
}

func pair(kind int) []int {
	ends, err := unix.Socketpair(unix.AF_UNIX, kind, 0)
	check(err)
	return ends[:]
}

// multipath returns the accepted and the dialed end.
func multipath() []int {
	listener, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_MPTCP)
	if err != nil {
		return nil
	}
	check(unix.Bind(listener, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	check(unix.Listen(listener, 1))
	address, err := unix.Getsockname(listener)
	check(err)
	dialed, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_MPTCP)
	check(err)
	check(unix.Connect(dialed, address))
	accepted, _, err := unix.Accept(listener)
	check(err)
	return []int{accepted, dialed}
}
