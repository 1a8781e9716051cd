package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

type option struct{ level, name int }

var options = map[string]option{
	"keepalive": {unix.SOL_SOCKET, unix.SO_KEEPALIVE},
	"idle":      {unix.SOL_TCP, unix.TCP_KEEPIDLE},
	"interval":  {unix.SOL_TCP, unix.TCP_KEEPINTVL},
	"probes":    {unix.SOL_TCP, unix.TCP_KEEPCNT},
	"timeout":   {unix.SOL_TCP, unix.TCP_USER_TIMEOUT},
	"lowat":     {unix.SOL_TCP, unix.TCP_NOTSENT_LOWAT},
	"mark":      {unix.SOL_IP, 26}, // IP_RECVERR_RFC4884
	"defer":     {unix.SOL_TCP, unix.TCP_DEFER_ACCEPT},
	"reuseport": {unix.SOL_SOCKET, unix.SO_REUSEPORT},
}

// acceptOne prints a JSON object: the options of both ends, and the errors of setting them.
func acceptOne(address string, multipath bool, listenerSets, acceptedSets, dialerSets, dialedSets string) {
	var failures []string
	set := func(raw syscall.RawConn, list string) {
		if err := setOptions(raw, list); err != nil {
			failures = append(failures, err.Error())
		}
	}
	before := func(list string) func(_, _ string, raw syscall.RawConn) error {
		return func(_, _ string, raw syscall.RawConn) error {
			set(raw, list)
			return nil
		}
	}
	config := net.ListenConfig{KeepAlive: -1, Control: before(listenerSets)}
	config.SetMultipathTCP(multipath)
	listener, err := config.Listen(context.Background(), "tcp", address)
	check(err)
	dialer := net.Dialer{KeepAlive: -1, Control: before(dialerSets)}
	client, err := dialer.Dial("tcp", listener.Addr().String())
	check(err)
	server, err := listener.Accept()
	check(err)
	set(rawOf(server), acceptedSets)
	set(rawOf(client), dialedSets)
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"accepted": readOptions(rawOf(server)), "dialed": readOptions(rawOf(client)), "errors": failures,
	}))
}

func setOptions(raw syscall.RawConn, list string) (failures error) {
	if list == "" {
		return nil
	}
	for _, item := range strings.Split(list, ",") {
		if err := setOption(raw, item); err != nil {
			failures = errors.Join(failures, fmt.Errorf("%s: %w", item, err))
		}
	}
	return failures
}

// setOption takes NAME=VALUE, or NAME:LENGTH=VALUE for a buffer of another length than 4. "tls" hands the connection to
// the kernel's TLS.
func setOption(raw syscall.RawConn, item string) error {
	if item == "tls" {
		return setTLS(raw)
	}
	what, text, _ := strings.Cut(item, "=")
	name, lengthText, given := strings.Cut(what, ":")
	value, err := strconv.Atoi(text)
	check(err)
	length := 4
	if given {
		length, err = strconv.Atoi(lengthText)
		check(err)
	}
	wanted, known := options[name]
	if !known {
		log.Fatalf("unknown option %q", name)
	}
	buffer := make([]byte, max(length, 4))
	binary.NativeEndian.PutUint32(buffer, uint32(value))
	var errno syscall.Errno
	check(raw.Control(func(fd uintptr) {
		_, _, errno = unix.Syscall6(unix.SYS_SETSOCKOPT, fd, uintptr(wanted.level), uintptr(wanted.name),
			uintptr(unsafe.Pointer(&buffer[0])), uintptr(length), 0)
	}))
	if errno != 0 {
		return errno
	}
	return nil
}

func setTLS(raw syscall.RawConn) (err error) {
	check(raw.Control(func(fd uintptr) { err = unix.SetsockoptString(int(fd), unix.SOL_TCP, unix.TCP_ULP, "tls") }))
	return err
}

func readOptions(raw syscall.RawConn) (values map[string]int) {
	values = map[string]int{}
	check(raw.Control(func(fd uintptr) {
		for name, option := range options {
			value, err := unix.GetsockoptInt(int(fd), option.level, option.name)
			if err != nil {
				value = -1
			}
			values[name] = value
		}
	}))
	return values
}

func rawOf(connection net.Conn) syscall.RawConn {
	raw, err := connection.(*net.TCPConn).SyscallConn()
	check(err)
	return raw
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
