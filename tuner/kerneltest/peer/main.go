// Command peer is a small TCP server or client for the kernel tests.
//
//	peer listen [flags] ADDRESS   accept connections and read from them
//	peer dial [flags] ADDRESS     open connections and keep them
//	peer sleep                    hold no socket
//
// It prints "ready" when it has done so.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"
)

func main() {
	flags := flag.NewFlagSet("peer", flag.ExitOnError)
	keepalive := flags.String("keepalive", "off", "of accepted connections: off, sysctl, or a duration for the idle time")
	delay := flags.Duration("delay", 0, "wait before listening")
	accept := flags.Bool("accept", true, "accept connections")
	multipath := flags.Bool("mptcp", true, "listen by MPTCP, as Go does by default")
	connections := flags.Int("connections", 1, "how many to dial")
	ping := flags.Duration("ping", 0, "how often to send a byte")
	if err := flags.Parse(os.Args[2:]); err != nil {
		log.Fatal(err)
	}
	switch os.Args[1] {
	case "listen":
		time.Sleep(*delay)
		listen(flags.Arg(0), *keepalive, *multipath, *accept)
	case "dial":
		dial(flags.Arg(0), *connections, *ping)
	case "sleep":
		fmt.Println("ready")
		time.Sleep(time.Hour)
	}
}

func listen(address, keepalive string, multipath, accept bool) {
	config := net.ListenConfig{KeepAlive: -1}
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
		go io.Copy(io.Discard, connection)
	}
	time.Sleep(time.Hour)
}

func dial(address string, count int, ping time.Duration) {
	dialer := net.Dialer{KeepAlive: -1}
	connections := make([]net.Conn, count)
	for i := range connections {
		connection, err := dialer.Dial("tcp", address)
		if err != nil {
			log.Fatal(err)
		}
		connections[i] = connection
	}
	fmt.Println("ready")
	for ping > 0 {
		for _, connection := range connections {
			if _, err := connection.Write([]byte{0}); err != nil {
				log.Fatal(err)
			}
		}
		time.Sleep(ping)
	}
	time.Sleep(time.Hour)
}
