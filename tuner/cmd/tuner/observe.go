package main

import (
	"flag"
	"fmt"
	"io"
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

const observeHelp = `tuner observe --start=TOKEN [--ports=PORT,...] [--keys=KEY,...] [--probe=true|false] [--wait=10s]

Looks at the server whose PID and network namespaces this process shares. It reports the server's lowest open files limit,
its sysctls, and for each port the number of connections and the keepalive of an accepted socket. It needs no privilege.
`

const longestWait = 5 * time.Minute

var startToken = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

func runObserve(arguments []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("tuner observe", flag.ContinueOnError)
	start := flags.String("start", "", "`TOKEN` of the server's start, up to 64 letters, digits and dashes; the report repeats it")
	ports := flags.String("ports", "", "comma-separated TCP `PORTS`, at most 8; default: those that the server listens on, except on loopback")
	keys := flags.String("keys", "", "comma-separated sysctl `KEYS` to read")
	probe := flags.Bool("probe", true, "open one connection to each port, which shows the keepalive time exactly")
	wait := flags.Duration("wait", 10*time.Second, "how long to wait until the server listens, at most 5m")
	file := flags.String("report", report.TerminationLog, "`FILE` for the report")
	if err := cli.Parse(flags, observeHelp, arguments, stdout); err != nil {
		return err
	}
	request := observe.Request{Start: *start, Probe: *probe, Wait: *wait}
	if err := checkObserve(&request, *ports, *keys, flags.Args()); err != nil {
		return cli.UsageError(err)
	}
	diag, err := socket.OpenDiag()
	if err != nil {
		return err
	}
	defer diag.Close()
	tree, err := sysctl.OpenTree(sysctl.Root)
	if err != nil {
		return err
	}
	defer tree.Close()
	server, err := observe.New(os.Getpid(), process.NewTable(process.Root), diag, tree).Observe(request)
	if err != nil {
		return err
	}
	return report.Write(stdout, *file, server.JSON())
}

// checkObserve checks the flags, and adds the ports and keys to the request.
func checkObserve(request *observe.Request, ports, keys string, arguments []string) (err error) {
	if len(arguments) > 0 {
		return fmt.Errorf("unexpected argument %q: see tuner observe --help", arguments[0])
	}
	if !startToken.MatchString(request.Start) {
		return fmt.Errorf("--start cannot be %q: give up to 64 letters, digits and dashes", request.Start)
	}
	if request.Wait < 0 || request.Wait > longestWait {
		return fmt.Errorf("--wait cannot be %s: give 0s to 5m", request.Wait)
	}
	if request.Ports, err = parsePorts(splitList(ports)); err != nil {
		return err
	}
	request.Keys, err = sysctl.ParseKeys(splitList(keys))
	return err
}

func parsePorts(list []string) ([]uint16, error) {
	if len(list) > observe.MaxPorts {
		return nil, fmt.Errorf("--ports has %d ports: give at most %d", len(list), observe.MaxPorts)
	}
	var ports []uint16
	for _, text := range list {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || port == 0 {
			return nil, fmt.Errorf("--ports cannot hold %q: give numbers from 1 to 65535, such as 8080,9090", text)
		}
		if slices.Contains(ports, uint16(port)) {
			return nil, fmt.Errorf("--ports has %d twice: give each port once", port)
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
