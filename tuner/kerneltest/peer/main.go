// Command peer is a small TCP server or client for the kernel tests.
//
//	peer listen [flags] ADDRESS   accept connections and read from them
//	peer dial [flags] ADDRESS     open connections and keep them
//	peer sleep                    hold no socket
//	peer master [flags] ADDRESS COMMAND...   listen, and leave accepting to commands that inherit the listener
//	peer work [flags]             accept connections of the listener that a master gives
//	peer accept [flags] ADDRESS   accept one connection of its own, set options, and print what both ends then have
//	peer obey [flags] ADDRESS     accept connections, and end them as their clients command
//	peer command ADDRESS          open and end connections, as its input says
//	peer kinds                    print what sockets that are not of plain TCP have after their options were loosened
//	peer module FILE              load a module of the kernel
//	peer blind COMMAND...         run a command that may open no netlink sockets
//	peer poweroff                 end a machine of which it is the last program
//
// The first three print "ready" when they have done so, and stay, as the two about commands do; the others end.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	flags := flag.NewFlagSet("peer", flag.ExitOnError)
	keepalive := flags.String("keepalive", "off", "of accepted connections: off, sysctl, or a duration for the idle time")
	delay := flags.Duration("delay", 0, "wait before listening, or of a master before its commands start")
	accept := flags.Bool("accept", true, "accept connections")
	multipath := flags.Bool("mptcp", os.Args[1] == "listen", "listen by MPTCP, as Go does by default, or dial by it")
	connections := flags.Int("connections", 1, "how many to dial")
	ping := flags.Duration("ping", 0, "how often to send a byte")
	pings := flags.Int("pings", 0, "how many bytes to send over each connection, 0 for no end")
	listenerSets := flags.String("listener", "", "options of the listener, before it listens: NAME[:LENGTH]=VALUE,...")
	acceptedSets := flags.String("accepted", "", "options of the accepted end")
	dialerSets := flags.String("dialer", "", "options of the other end, before it connects")
	dialedSets := flags.String("dialed", "", "options of the other end")
	descriptors := flags.Int("descriptors", 0, "how many descriptors to hold in addition")
	user := flags.Int("user", 0, "become this user once it listens")
	helper := flags.String("helper", "", "a `COMMAND` that inherits the listener and does not use it")
	files := flags.Int("files", 0, "the open files limit that a master keeps once its commands have started")
	workers := flags.Int("workers", 1, "how many commands a master starts")
	if err := flags.Parse(os.Args[2:]); err != nil {
		log.Fatal(err)
	}
	switch os.Args[1] {
	case "listen":
		time.Sleep(*delay)
		hold(*descriptors)
		listener := listen(flags.Arg(0), *keepalive, *listenerSets, *multipath)
		if *user > 0 {
			check(syscall.Setuid(*user))
		}
		if *helper != "" {
			inherit(listener, strings.Fields(*helper), 1)
		}
		serve(listener, *acceptedSets, *accept)
	case "master":
		lead(flags.Arg(0), flags.Args()[1:], *workers, uint64(*files), *delay)
	case "work":
		listener, err := net.FileListener(os.NewFile(3, "listener"))
		check(err)
		check(syscall.Close(3))
		serve(listener, *acceptedSets, *accept)
	case "dial":
		dial(flags.Arg(0), *multipath, *connections, *ping, *pings)
	case "accept":
		acceptOne(flags.Arg(0), *multipath, *listenerSets, *acceptedSets, *dialerSets, *dialedSets)
	case "obey":
		obey(flags.Arg(0), *listenerSets, *acceptedSets, *multipath)
	case "command":
		command(flags.Arg(0), *multipath)
	case "kinds":
		showKinds()
	case "module":
		module, err := os.Open(flags.Arg(0))
		check(err)
		check(unix.FinitModule(int(module.Fd()), "", 0))
	case "blind":
		blind(flags.Args())
	case "poweroff":
		check(syscall.Reboot(syscall.LINUX_REBOOT_CMD_POWER_OFF))
	case "sleep":
		fmt.Println("ready")
		time.Sleep(time.Hour)
	}
}

func listen(address, keepalive, listenerSets string, multipath bool) net.Listener {
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
	return listener
}

func serve(listener net.Listener, acceptedSets string, accept bool) {
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

// lead listens, and gives the listener to its commands, as a master does to its workers.
func lead(address string, command []string, workers int, files uint64, delay time.Duration) {
	listener := listen(address, "off", "", false)
	time.Sleep(delay)
	inherit(listener, command, workers)
	if files > 0 {
		check(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: files, Max: files}))
	}
	fmt.Println("ready")
	time.Sleep(time.Hour)
}

// inherit starts commands that have the listener, and waits until they are ready.
func inherit(listener net.Listener, command []string, workers int) {
	file, err := listener.(*net.TCPListener).File()
	check(err)
	for range workers {
		worker := exec.Command(command[0], command[1:]...)
		worker.ExtraFiles = []*os.File{file}
		output, err := worker.StdoutPipe()
		check(err)
		check(worker.Start())
		_, err = bufio.NewReader(output).ReadString('\n')
		check(err)
	}
}

func hold(descriptors int) {
	for range descriptors {
		_, err := syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
		check(err)
	}
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
