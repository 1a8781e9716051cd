// Command cost measures what the socket programs cost: how many connections a server accepts in a second with and
// without them, and how long they run for each. Or it measures what an observation costs the server that it looks at. It
// needs root, and works in namespaces and in cgroups of its own, which it removes.
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

A Go server with its defaults accepts connections on loopback, and sends a byte; then its clients close. It runs in one
cgroup without the programs and in others with them; rounds of connections go to each in turn.

With --observer it measures what tuner observe costs instead. An echo server runs in namespaces like those of a pod, with few
or many connections or descriptors. The longest echo of a client during an observation is compared with that of an equal
time without one.

Flags:
`

// The roles in which this program starts itself.
const (
	roleLoad    = "load"    // in the network namespace
	roleServer  = "server"  // in a cgroup, too
	roleClients = "clients" // in a network namespace, connected with that of the pod
	rolePod     = "pod"     // the first process in the namespaces of the pod
	roleEcho    = "echo"    // the server there
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("cost: ")
	flags := flag.NewFlagSet("cost", flag.ExitOnError)
	rounds := flags.Int("rounds", 40, "`NUMBER` of rounds, 1 to 1000")
	connections := flags.Int("connections", 2000, "`NUMBER` of connections in a round, 1 to 100000")
	observer := flags.String("observer", "", "`FILE` of the program tuner: measure its observations instead")
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
	case roleClients:
		err = observations(*rounds, *connections, *page)
	case rolePod:
		err = pod()
	case roleEcho:
		err = echo()
	default:
		err = inNetworkNamespace(*observer)
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

// inNetworkNamespace measures there.
func inNetworkNamespace(observer string) error {
	if os.Getuid() != 0 {
		return fmt.Errorf("this needs root: it makes namespaces and cgroups")
	}
	command, mounts := again(roleLoad), uintptr(syscall.CLONE_NEWNS)
	if observer != "" {
		tuner, err := os.Open(observer)
		if err != nil {
			return err
		}
		defer tuner.Close()
		command, mounts = again(roleClients), 0
		command.ExtraFiles = []*os.File{tuner}
	}
	command.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET | mounts
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
