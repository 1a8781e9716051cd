package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// obey serves clients that command: a connection ends as its byte says.
func obey(address, listenerSets, acceptedSets string, multipath bool) {
	listener := listen(address, "off", listenerSets, multipath)
	fmt.Println("ready")
	for {
		connection, err := listener.Accept()
		check(err)
		go obeyOne(connection.(*net.TCPConn), acceptedSets)
	}
}

func obeyOne(connection *net.TCPConn, acceptedSets string) {
	check(setOptions(rawOf(connection), acceptedSets))
	order := make([]byte, 1)
	for {
		if _, err := io.ReadFull(connection, order); err != nil {
			connection.Close()
			return
		}
		switch order[0] {
		case 'c':
			connection.Close()
			return
		case 'a': // aborts
			check(connection.SetLinger(0))
			connection.Close()
			return
		case 'u': // leaves data unread: another byte comes
			time.Sleep(100 * time.Millisecond)
			connection.Close()
			return
		case 'h': // half closes, and waits for the other end
			connection.CloseWrite()
		case 'k': // another idle time than at the beginning
			check(rawOf(connection).Control(func(fd uintptr) {
				check(unix.SetsockoptInt(int(fd), unix.SOL_TCP, unix.TCP_KEEPIDLE, 4321))
			}))
			_, err := connection.Write(order)
			check(err)
		}
	}
}

// command opens connections and ends them, as the lines say that it reads:
//
//	open N   opens more
//	close N  closes the oldest
//	reset N  ... by a reset
//	end X N  has the server end the oldest, by the byte X
//	set N    has the server set an option of the newest
//
// It prints "ready" after each. When its input ends, it ends without a word to the other end only if no packet leaves.
func command(address string, multipath bool) {
	var open []*net.TCPConn
	take := func(count int) []*net.TCPConn {
		taken := open[:count]
		open = open[count:]
		return taken
	}
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var verb, order string
		var count int
		if _, err := fmt.Sscanf(lines.Text(), "end %1s %d", &order, &count); err == nil {
			verb = "end"
		} else if _, err := fmt.Sscanf(lines.Text(), "%s %d", &verb, &count); err != nil {
			log.Fatalf("%q: %v", lines.Text(), err)
		}
		switch verb {
		case "open":
			dialer := net.Dialer{KeepAlive: -1}
			dialer.SetMultipathTCP(multipath)
			for range count {
				connection, err := dialer.Dial("tcp", address)
				check(err)
				open = append(open, connection.(*net.TCPConn))
			}
		case "close", "reset":
			for _, connection := range take(count) {
				if verb == "reset" {
					check(connection.SetLinger(0))
				}
				connection.Close()
			}
		case "end":
			for _, connection := range take(count) {
				_, err := connection.Write([]byte(order + order))
				check(err)
				io.Copy(io.Discard, connection)
				connection.Close()
			}
		case "set":
			for _, connection := range open[len(open)-count:] {
				_, err := connection.Write([]byte{'k'})
				check(err)
				_, err = io.ReadFull(connection, make([]byte, 1))
				check(err)
			}
		default:
			log.Fatalf("unknown %q", lines.Text())
		}
		fmt.Println("ready")
	}
}
