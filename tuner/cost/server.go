package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
)

// serve accepts as any Go server does, which sets its own keepalive. The clients end their connections.
func serve() error {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			connection.Write([]byte{0})
			io.Copy(io.Discard, connection)
		}()
	}
}

// startServer returns the address of a server in the cgroup, and what stops it.
func startServer(place func(*exec.Cmd)) (address string, stop func(), err error) {
	command := again(roleServer)
	command.Stdout = nil
	place(command)
	output, err := command.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", nil, fmt.Errorf("start server: %w", err)
	}
	stop = func() {
		command.Process.Kill()
		command.Wait()
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("the server is not ready: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}
