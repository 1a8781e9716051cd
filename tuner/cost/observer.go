package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// fillVariable holds how many descriptors the server has.
const fillVariable = "COST_FILL"

// longestRun bounds the rounds with each server.
const longestRun = 30 * time.Second

// observed is a server, and what was measured of it.
type observed struct {
	name              string
	connections, fill int
	descriptors       int
	observations      []observation
	// The longest echo in each round.
	with, without []time.Duration
}

// observations measures one server after the other. It runs in the namespace of the clients.
func observations(rounds, connections int, page string) error {
	place, err := where()
	if err != nil {
		return err
	}
	servers := []*observed{
		{name: "few connections", connections: 100},
		{name: "many connections", connections: connections},
		{name: "many descriptors", connections: 0, fill: mostDescriptors},
	}
	tuner := os.NewFile(tunerFile, "tuner")
	defer tuner.Close()
	for _, server := range servers {
		if err := server.measure(rounds, tuner); err != nil {
			return fmt.Errorf("%s: %w", server.name, err)
		}
	}
	return publish(page, observerTable, observationsTable(place, servers))
}

// mostDescriptors are bounded by the server's limit.
const mostDescriptors = 20_000

func (o *observed) measure(rounds int, tuner *os.File) error {
	command := again(rolePod)
	command.Env = append(command.Env, fmt.Sprintf("%s=%d", fillVariable, o.fill))
	command.ExtraFiles = []*os.File{tuner}
	command.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS
	command.Stdout = nil
	requests, err := command.StdinPipe()
	if err != nil {
		return err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("start the pod: %w", err)
	}
	defer finish(command, requests)
	if err := connect(command.Process.Pid); err != nil {
		return err
	}
	answers := json.NewDecoder(output)
	if err := ask(requests, answers, &o.descriptors); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	return o.withClients(rounds, func() (seen observation, err error) {
		return seen, ask(requests, answers, &seen)
	})
}

// finish waits for the pod, so that its end of the cable is gone.
func finish(command *exec.Cmd, requests io.Closer) {
	requests.Close()
	command.Wait()
	ip("link", "delete", cable) // it goes with the other end, some time later
}

// ask writes a line, and reads an answer.
func ask(requests io.Writer, answers *json.Decoder, answer any) error {
	if _, err := fmt.Fprintln(requests); err != nil {
		return err
	}
	return answers.Decode(answer)
}

func (o *observed) withClients(rounds int, look func() (observation, error)) error {
	idle, err := dial(o.connections)
	defer func() {
		for _, connection := range idle {
			connection.Close()
		}
	}()
	if err != nil {
		return err
	}
	echoes, err := startEchoes()
	if err != nil {
		return err
	}
	defer echoes.stop()
	o.descriptors += len(idle) + 1
	if _, err := look(); err != nil { // the first one warms up
		return err
	}
	for begin := time.Now(); len(o.with) < rounds && time.Since(begin) < longestRun; {
		if err := o.round(echoes, look); err != nil {
			return err
		}
	}
	return nil
}

// round takes the longest echo during an observation, and then during as long a time without one.
func (o *observed) round(echoes *echoes, look func() (observation, error)) error {
	echoes.longest()
	begin := time.Now()
	seen, err := look()
	if err != nil {
		return err
	}
	took := time.Since(begin)
	with, err := echoes.longest()
	if err != nil {
		return err
	}
	time.Sleep(took)
	without, err := echoes.longest()
	o.observations = append(o.observations, seen)
	o.with, o.without = append(o.with, with), append(o.without, without)
	time.Sleep(50 * time.Millisecond)
	return err
}

// dial opens connections, and knows each as accepted when its echo came.
func dial(number int) (connections []net.Conn, err error) {
	for range number {
		connection, err := net.Dial("tcp4", net.JoinHostPort(podAddress, strconv.Itoa(echoPort)))
		if err != nil {
			return connections, err
		}
		connections = append(connections, connection)
		if _, err := exchangeByte(connection); err != nil {
			return connections, err
		}
	}
	return connections, nil
}
