package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/bpf"
	"wstuning.dev/tuner/internal/sockopt"
)

// variant is a server with or without programs, and what was measured of it.
type variant struct {
	name    string
	options sockopt.Options
	cgroup  *os.File
	address string
	// rounds hold the time that each took.
	rounds []time.Duration
	// Of a last round, per connection.
	established, setsockopt time.Duration
}

var keepalive = &sockopt.Keepalive{TimeSeconds: 300, IntervalSeconds: 10, Probes: 5}

// load measures all variants in turn, so that the other load of the machine affects all of them alike. It prints the
// table, and writes it into the page if one is given.
func load(rounds, connections int, page string) error {
	place, err := where()
	if err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return err
	}
	variants := []*variant{
		{name: "without"},
		{name: "Respect", options: sockopt.Options{Keepalive: keepalive, UserTimeoutSeconds: 340}},
		{name: "Override", options: sockopt.Options{Keepalive: keepalive, UserTimeoutSeconds: 340, Override: true}},
	}
	for _, v := range variants {
		stop, err := v.start()
		if err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		defer stop()
	}
	for round := range rounds + 1 {
		for _, v := range variants {
			took, err := v.round(connections)
			if err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
			if round > 0 { // the first one warms up
				v.rounds = append(v.rounds, took)
			}
		}
	}
	for _, v := range variants[1:] {
		if err := v.measurePrograms(connections); err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
	}
	return publish(page, connectionsTable, table(place, variants, connections))
}

func (v *variant) start() (stop func(), err error) {
	cgroup, remove, err := makeCgroup(v.name)
	if err != nil {
		return nil, err
	}
	v.cgroup = cgroup
	if v.options.Wanted() {
		// The sysctls of a new network namespace.
		if err := bpf.Attach(cgroup, v.options, bpf.Sysctls{Time: 7200, Interval: 75, Probes: 9}); err != nil {
			remove()
			return nil, err
		}
	}
	address, stopServer, err := startServer(into(cgroup))
	if err != nil {
		remove()
		return nil, err
	}
	v.address = address
	return func() {
		stopServer()
		remove()
	}, nil
}

// round opens connections, several at a time, and waits for the byte of each.
func (v *variant) round(connections int) (time.Duration, error) {
	const atATime = 4
	begin, failures := time.Now(), make(chan error, atATime)
	for worker := range atATime {
		go func() {
			var err error
			for i := worker; i < connections && err == nil; i += atATime {
				err = exchange(v.address)
			}
			failures <- err
		}()
	}
	var err error
	for range atATime {
		err = errors.Join(err, <-failures)
	}
	return time.Since(begin), err
}

// exchange ends the connection by a reset, so that none is left in TIME_WAIT.
func exchange(address string) error {
	connection, err := net.Dial("tcp4", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.(*net.TCPConn).SetLinger(0); err != nil {
		return err
	}
	_, err = io.ReadFull(connection, make([]byte, 1))
	return err
}

// measurePrograms lets the kernel take the time of each run, which itself costs time.
func (v *variant) measurePrograms(connections int) error {
	statistics, err := ebpf.EnableStats(unix.BPF_STATS_RUN_TIME)
	if err != nil {
		return fmt.Errorf("switch on statistics of programs: %w", err)
	}
	defer statistics.Close()
	if _, err := v.round(connections); err != nil {
		return err
	}
	established, _, err := runTime(v.cgroup, ebpf.AttachCGroupSockOps)
	if err != nil {
		return err
	}
	setsockopt, _, err := runTime(v.cgroup, ebpf.AttachCGroupSetsockopt)
	v.established, v.setsockopt = established/time.Duration(connections), setsockopt/time.Duration(connections)
	return err
}
