// Package network makes the few changes to the machine's network that a node needs, and takes them back. All addresses are
// from 198.18.0.0/15, which is reserved for tests: nothing real is ever hit.
package network

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"
)

const (
	// NodeAddress is the node's own, on the loopback interface.
	NodeAddress = "198.18.0.1"
	// PodSubnet has the pods' addresses.
	PodSubnet = "198.18.128.0/20"
	// ClusterSubnet has the pods' addresses on all nodes.
	ClusterSubnet = "198.18.128.0/19"
	// ServiceSubnet has the Services' cluster IPs.
	ServiceSubnet = "198.19.0.0/24"
	// APIService is the cluster IP of the API server: the first of ServiceSubnet.
	APIService = "198.19.0.1"
	// CNINetwork is the name of the pods' network.
	CNINetwork = "wstuning"
)

// HasAddress reports whether the machine has the node's address.
func HasAddress() (bool, error) {
	found, err := interfacesWithin(netip.MustParsePrefix(NodeAddress + "/32"))
	return len(found) > 0, err
}

// AddAddress gives the machine the node's address.
func AddAddress() error {
	_, err := output("ip", "address", "replace", NodeAddress+"/32", "dev", "lo")
	return err
}

// RemoveAddress takes it back.
func RemoveAddress() error {
	present, err := HasAddress()
	if err != nil || !present {
		return err
	}
	_, err = output("ip", "address", "delete", NodeAddress+"/32", "dev", "lo")
	return err
}

// PodInterfaces returns the machine's ends of the pods' interfaces.
func PodInterfaces() ([]string, error) {
	return interfacesWithin(netip.MustParsePrefix(PodSubnet))
}

// RemovePodInterfaces waits for the kernel to remove the interfaces of pods that have ended, which it does by itself a
// moment after, and removes what is still there then.
func RemovePodInterfaces(patience time.Duration) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if left, err := PodInterfaces(); err != nil || len(left) == 0 {
			return err
		}
	}
	left, err := PodInterfaces()
	for _, name := range left {
		if _, failure := output("ip", "link", "delete", name); failure != nil {
			err = failure
		}
	}
	return err
}

func interfacesWithin(subnet netip.Prefix) ([]string, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list the network interfaces: %w", err)
	}
	var names []string
	for _, i := range interfaces {
		addresses, err := i.Addrs()
		if err != nil {
			continue // gone meanwhile
		}
		for _, address := range addresses {
			prefix, err := netip.ParsePrefix(address.String())
			if err == nil && subnet.Contains(prefix.Addr()) {
				names = append(names, i.Name)
				break
			}
		}
	}
	return names, nil
}

// Busy returns those ports that another program listens on.
func Busy(ports []int) []int {
	var busy []int
	for _, port := range ports {
		listener, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(port)))
		if err != nil {
			busy = append(busy, port)
			continue
		}
		listener.Close()
	}
	return busy
}
