package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"wstuning.dev/tuner/internal/cli"
	"wstuning.dev/tuner/internal/observe"
	"wstuning.dev/tuner/internal/process"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/socket"
	"wstuning.dev/tuner/internal/sysctl"
)

const observeHelp = `tuner observe --start=TOKEN [--ports=PORT,...] [--declared=PORT,...] [--keys=KEY,...] [--probe=true|false] [--alone] [--wait=10s]

Looks at the server whose PID and network namespaces this process shares. It reports the lowest open files limit of the
processes that accept connections, the sysctls, and for each port the number of connections and the keepalive of accepted
sockets. It needs no privilege. As the server's user it can see which process has which socket.
`

const longestWait = 5 * time.Minute

var startToken = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

func runObserve(arguments []string, output report.Output) error {
	flags := flag.NewFlagSet("tuner observe", flag.ContinueOnError)
	start := flags.String("start", "", "`TOKEN` of the server's start, up to 64 letters, digits and dashes; the report repeats it")
	ports := flags.String("ports", "", "comma-separated TCP `PORTS`, at most 8; default: the declared ones, or else those that the server listens on, except on loopback")
	declared := flags.String("declared", "", "comma-separated TCP `PORTS`, at most 8, that the server's container declares; they are waited for no longer than 1m")
	keys := flags.String("keys", "", "comma-separated sysctl `KEYS` to read")
	probe := flags.Bool("probe", true, "open one connection to each port, which shows the keepalive time exactly")
	alone := flags.Bool("alone", false, "no other container of the pod can listen, so that what listens as the server's user is the server's")
	wait := flags.Duration("wait", 10*time.Second, "how long to wait until the server listens, at most 5m")
	if err := cli.Parse(flags, observeHelp, arguments, output.Line); err != nil {
		return err
	}
	request := observe.Request{Start: *start, Probe: *probe, Alone: *alone, Wait: *wait}
	if err := checkObserve(&request, *ports, *declared, *keys, flags.Args()); err != nil {
		return cli.UsageError(err)
	}
	diag, blind := socket.OpenDiag() // the rest is reported without it, too
	if blind == nil {
		defer diag.Close()
	}
	tree, err := sysctl.OpenTree(sysctl.Root)
	if err != nil {
		return err
	}
	defer tree.Close()
	server, err := observe.New(os.Getpid(), process.NewTable(process.Root), diag, blind, tree).Observe(request)
	if err != nil {
		return err
	}
	return output.Write(server.JSON())
}

// checkObserve checks the flags, and adds the ports and keys to the request.
func checkObserve(request *observe.Request, ports, declared, keys string, arguments []string) (err error) {
	if len(arguments) > 0 {
		return fmt.Errorf("unexpected argument %q: see tuner observe --help", arguments[0])
	}
	if !startToken.MatchString(request.Start) {
		return fmt.Errorf("--start cannot be %q: give up to 64 letters, digits and dashes", request.Start)
	}
	if request.Wait < 0 || request.Wait > longestWait {
		return fmt.Errorf("--wait cannot be %s: give 0s to 5m", request.Wait)
	}
	if request.Ports, err = parsePorts("--ports", splitList(ports)); err != nil {
		return err
	}
	if request.Declared, err = parsePorts("--declared", splitList(declared)); err != nil {
		return err
	}
	request.Keys, err = sysctl.ParseKeys(splitList(keys))
	return err
}

func parsePorts(name string, list []string) ([]uint16, error) {
	if len(list) > observe.MaxPorts {
		return nil, fmt.Errorf("%s has %d ports: give at most %d", name, len(list), observe.MaxPorts)
	}
	var ports []uint16
	for _, text := range list {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 {
			return nil, fmt.Errorf("%s cannot hold %q: give numbers from 1 to 65535, such as 8080,9090", name, text)
		}
		if slices.Contains(ports, uint16(port)) {
			return nil, fmt.Errorf("%s has %d twice: give each port once", name, port)
		}
		ports = append(ports, uint16(port))
	}
	return ports, nil
}

func splitList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
