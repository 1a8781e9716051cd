// Command cost measures what the socket programs cost: how many connections a server accepts in a second with and
// without them, and how long they run for each. It needs root, and works in a network namespace and in cgroups of its
// own, which it removes.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

const help = `cost measures what the socket programs cost, and prints the table of docs/cost.md.

A Go server with its defaults accepts connections on loopback, sends a byte, and closes. It runs in one cgroup without the
programs and in others with them; rounds of connections go to each in turn.

Flags:
`

// The roles in which this program starts itself.
const (
	roleLoad   = "load"   // in the network namespace
	roleServer = "server" // in a cgroup, too
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("cost: ")
	flags := flag.NewFlagSet("cost", flag.ExitOnError)
	rounds := flags.Int("rounds", 40, "`NUMBER` of rounds, 1 to 1000")
	connections := flags.Int("connections", 2000, "`NUMBER` of connections in a round, 1 to 100000")
	page := flags.String("page", "", "`FILE` with the table between two comments: rewrite the table")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), help)
		flags.PrintDefaults()
	}
	role := os.Getenv("COST_ROLE")
	flags.Parse(os.Args[1:])
	if *rounds < 1 || *rounds > 1000 || *connections < 1 || *connections > 100000 || flags.NArg() > 0 {
		log.Fatal("wrong usage: see --help")
	}
	var err error
	switch role {
	case roleServer:
		err = serve()
	case roleLoad:
		err = load(*rounds, *connections, *page)
	default:
		err = inNetworkNamespace()
	}
	if err != nil {
		log.Fatal(err)
	}
}

// again starts this program in a role.
func again(role string) *exec.Cmd {
	command := exec.Command("/proc/self/exe", os.Args[1:]...)
	command.Env = append(os.Environ(), "COST_ROLE="+role)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command
}

func inNetworkNamespace() error {
	if os.Getuid() != 0 {
		return fmt.Errorf("this needs root: it makes a network namespace and cgroups")
	}
	command := again(roleLoad)
	command.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
	return command.Run()
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("bring loopback up: %w", err)
	}
	return nil
}
