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
	"wstuning.dev/tuner/internal/counting"
	"wstuning.dev/tuner/internal/podtune"
	"wstuning.dev/tuner/internal/sockopt"
)

// variant is a server with or without programs, and what was measured of it.
type variant struct {
	name    string
	options sockopt.Options
	// counted is whether the node's agent attaches the programs, and another that counts.
	counted bool
	pod     podtune.Pod
	cgroup  *os.File
	address string
	// rounds hold the time that each took.
	rounds []time.Duration
	// Of a last round, per connection.
	sockops, setsockopt time.Duration
	// reading is how long it takes to read the options of a round's connections, all of which are open.
	reading time.Duration
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
		{name: "Override, counted", options: sockopt.Options{Keepalive: keepalive, UserTimeoutSeconds: 340, Override: true}, counted: true},
		{name: "counted", counted: true},
	}
	kernel, closeKernel, err := openKernel()
	if err != nil {
		return err
	}
	defer closeKernel()
	for _, v := range variants {
		stop, err := v.start(kernel)
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
		if err := errors.Join(v.measurePrograms(connections), v.measureReading(connections)); err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
	}
	return publish(page, connectionsTable, table(place, variants, connections))
}

func (v *variant) start(kernel *counting.Kernel) (stop func(), err error) {
	cgroup, remove, err := makeCgroup(v.name)
	if err != nil {
		return nil, err
	}
	v.cgroup = cgroup
	if err := v.attach(kernel); err != nil {
		remove()
		return nil, err
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

func (v *variant) attach(kernel *counting.Kernel) (err error) {
	sysctls := podtune.Sysctls{Time: 7200, Interval: 75, Probes: 9} // of a new network namespace
	switch {
	case v.counted:
		v.pod, err = kernel.Attach(v.cgroup.Name(), v.options, sysctls)
	case v.options.Wanted():
		err = bpf.Attach(v.cgroup, v.options, bpf.Sysctls(sysctls))
	}
	return err
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
	sockops, _, err := runTime(v.cgroup, ebpf.AttachCGroupSockOps)
	if err != nil {
		return err
	}
	setsockopt, _, err := runTime(v.cgroup, ebpf.AttachCGroupSetsockopt)
	v.sockops, v.setsockopt = sockops/time.Duration(connections), setsockopt/time.Duration(connections)
	return err
}

// measureReading opens connections, and takes the shortest of some readings.
func (v *variant) measureReading(connections int) error {
	if v.pod == nil {
		return nil
	}
	open := make([]net.Conn, 0, connections)
	defer func() {
		for _, connection := range open {
			connection.Close()
		}
	}()
	for range connections {
		connection, err := net.Dial("tcp4", v.address)
		if err != nil {
			return err
		}
		open = append(open, connection)
		if _, err := connection.Read(make([]byte, 1)); err != nil {
			return err
		}
	}
	for range 9 {
		begin := time.Now()
		counts, groups, err := v.pod.Read()
		took := time.Since(begin)
		if err != nil {
			return err
		}
		if counts.Open != uint64(connections) || len(groups) != 1 || groups[0].Count != min(connections, counting.MostListed) {
			return fmt.Errorf("%d connections are open, and %d groups begin with %v", counts.Open, len(groups), groups)
		}
		if v.reading == 0 || took < v.reading {
			v.reading = took
		}
	}
	return nil
}
