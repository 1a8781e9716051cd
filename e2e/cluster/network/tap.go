package network

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
)

const (
	// Tap is the machine's end of the wire to the modern node.
	Tap = "wst-modern"
	// TapAddress is the machine's address there.
	TapAddress = "198.18.64.1"
	// ModernAddress is the modern node's address there.
	ModernAddress = "198.18.64.2"
	// ModernPodSubnet has the addresses of the modern node's pods.
	ModernPodSubnet = "198.18.144.0/20"

	// tapChain is named as CNI plugins name theirs, so that RestoreRules removes it.
	tapChain = "CNI-WSTUNING-MODERN"
)

// AddTap makes the wire to the modern node, routes its pods' addresses there, and lets packets pass regardless of what
// the machine's firewall does with other forwarded ones. What is there already stays, so that it can be called again after a crash.
func AddTap() error {
	if !HasTap() {
		if err := run("ip tuntap add dev " + Tap + " mode tap"); err != nil {
			return err
		}
	}
	for _, command := range []string{
		"ip address replace " + TapAddress + "/24 dev " + Tap,
		"ip link set " + Tap + " up",
		"ip route replace " + ModernPodSubnet + " via " + ModernAddress,
	} {
		if err := run(command); err != nil {
			return err
		}
	}
	return passTap()
}

func passTap() error {
	if !succeeds("iptables --wait -n -L " + tapChain) {
		if err := run("iptables --wait -N " + tapChain); err != nil {
			return err
		}
	}
	for _, rule := range []string{
		tapChain + " -i " + Tap + " -j ACCEPT",
		tapChain + " -o " + Tap + " -j ACCEPT",
		"FORWARD -j " + tapChain,
	} {
		if succeeds("iptables --wait -C " + rule) {
			continue
		}
		if err := run("iptables --wait -I " + rule); err != nil {
			return err
		}
	}
	return nil
}

func succeeds(command string) bool {
	fields := strings.Fields(command)
	return exec.Command(fields[0], fields[1:]...).Run() == nil
}

// RemoveTap takes the wire and its routes away, if it is there. The chain stays for RestoreRules.
func RemoveTap() error {
	if !HasTap() {
		return nil
	}
	return run("ip link delete " + Tap)
}

// HasTap reports whether the wire is there.
func HasTap() bool {
	_, err := net.InterfaceByName(Tap)
	return err == nil
}

func run(command string) error {
	fields := strings.Fields(command)
	if _, err := output(fields[0], fields[1:]...); err != nil {
		return fmt.Errorf("connect the modern node: %w", err)
	}
	return nil
}
