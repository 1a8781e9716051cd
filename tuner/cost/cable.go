package main

import (
	"fmt"
	"os/exec"
	"strconv"
)

// cable is the name of the network device at both of its ends.
const cable = "eth0"

// connect lays a cable into the network namespace of a process.
func connect(pid int) error {
	if err := ip("link", "add", cable, "type", "veth", "peer", "name", cable, "netns", strconv.Itoa(pid)); err != nil {
		return err
	}
	return address(clientsAddress)
}

func address(own string) error {
	if err := loopbackUp(); err != nil {
		return err
	}
	if err := ip("address", "add", own+"/30", "dev", cable); err != nil {
		return err
	}
	return ip("link", "set", cable, "up")
}

func ip(arguments ...string) error {
	if said, err := exec.Command("ip", arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %v: %w\n%s", arguments, err, said)
	}
	return nil
}
