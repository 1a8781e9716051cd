// Command peer is a small TCP server or client for the kernel tests.
//
//	peer listen [flags] ADDRESS   accept connections and read from them
//	peer dial [flags] ADDRESS     open connections and keep them
//	peer sleep                    hold no socket
//	peer accept [flags] ADDRESS   accept one connection of its own, set options, and print what both ends then have
//	peer poweroff                 end a machine of which it is the last program
//
// It prints "ready" when it has done so, except for the last two, which end.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"syscall"
	"time"
)

func main() {
	flags := flag.NewFlagSet("peer", flag.ExitOnError)
	keepalive := flags.String("keepalive", "off", "of accepted connections: off, sysctl, or a duration for the idle time")
	delay := flags.Duration("delay", 0, "wait before listening")
	accept := flags.Bool("accept", true, "accept connections")
	multipath := flags.Bool("mptcp", os.Args[1] == "listen", "listen by MPTCP, as Go does by default, or dial by it")
	connections := flags.Int("connections", 1, "how many to dial")
	ping := flags.Duration("ping", 0, "how often to send a byte")
	pings := flags.Int("pings", 0, "how many bytes to send over each connection, 0 for no end")
	listenerSets := flags.String("listener", "", "options of the listener, before it listens: NAME[:LENGTH]=VALUE,...")
	acceptedSets := flags.String("accepted", "", "options of the accepted end")
	dialerSets := flags.String("dialer", "", "options of the other end, before it connects")
	dialedSets := flags.String("dialed", "", "options of the other end")
	if err := flags.Parse(os.Args[2:]); err != nil {
		log.Fatal(err)
	}
	switch os.Args[1] {
	case "listen":
		time.Sleep(*delay)
		listen(flags.Arg(0), *keepalive, *listenerSets, *acceptedSets, *multipath, *accept)
	case "dial":
		dial(flags.Arg(0), *multipath, *connections, *ping, *pings)
	case "accept":
		acceptOne(flags.Arg(0), *multipath, *listenerSets, *acceptedSets, *dialerSets, *dialedSets)
	case "poweroff":
		check(syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF))
	case "sleep":
		fmt.Println("ready")
		time.Sleep(time.Hour)
	}
}

func listen(address, keepalive, listenerSets, acceptedSets string, multipath, accept bool) {
	config := net.ListenConfig{KeepAlive: -1, Control: func(_, _ string, raw syscall.RawConn) error { return setOptions(raw, listenerSets) }}
	switch keepalive {
	case "off":
	case "sysctl":
		config.KeepAliveConfig = net.KeepAliveConfig{Enable: true, Idle: -1, Interval: -1, Count: -1}
	default:
		idle, err := time.ParseDuration(keepalive)
		if err != nil {
			log.Fatal(err)
		}
		config.KeepAliveConfig = net.KeepAliveConfig{Enable: true, Idle: idle, Interval: -1, Count: -1}
	}
	config.SetMultipathTCP(multipath)
	listener, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")
	for accept {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		check(setOptions(rawOf(connection), acceptedSets))
		go io.Copy(io.Discard, connection)
	}
	time.Sleep(time.Hour)
}

func dial(address string, multipath bool, count int, ping time.Duration, pings int) {
	dialer := net.Dialer{KeepAlive: -1}
	dialer.SetMultipathTCP(multipath)
	connections := make([]net.Conn, count)
	for i := range connections {
		connection, err := dialer.Dial("tcp", address)
		if err != nil {
			log.Fatal(err)
		}
		connections[i] = connection
	}
	fmt.Println("ready")
	for sent := 0; ping > 0 && (pings == 0 || sent < pings); sent++ {
		for _, connection := range connections {
			if _, err := connection.Write([]byte{0}); err != nil {
				log.Fatal(err)
			}
		}
		time.Sleep(ping)
	}
	time.Sleep(time.Hour)
}
