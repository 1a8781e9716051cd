package main

import (
	"context"
	"net"
	"os"
	"strings"
)

// dial opens a TCP connection without keepalive, so that every keepalive timer on it is the server's.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{KeepAlive: -1}
	return dialer.DialContext(ctx, network, resolve(address, os.Getenv))
}

// resolve finds a Service of the pod's namespace by the environment that Kubernetes gives to pods (server-go is
// SERVER_GO_SERVICE_HOST), so that the client also works in a cluster without DNS. Other names are left alone.
func resolve(address string, getenv func(string) string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	variable := strings.ToUpper(strings.ReplaceAll(host, "-", "_")) + "_SERVICE_HOST"
	if ip := getenv(variable); ip != "" {
		return net.JoinHostPort(ip, port)
	}
	return address
}
