package main

import (
	"fmt"
	"net"
	"os"
	"strings"
)

// serviceURL is the WebSocket of a Service of the pod's namespace, found by the environment that Kubernetes gives to
// pods, so that the client also works in a cluster without DNS.
func serviceURL(service string) (string, error) {
	prefix := strings.ToUpper(strings.ReplaceAll(service, "-", "_")) + "_SERVICE_"
	host, port := os.Getenv(prefix+"HOST"), os.Getenv(prefix+"PORT")
	if host == "" || port == "" {
		return "", fmt.Errorf("--service=%s: %sHOST and %sPORT are not in the environment: run this in a pod that started "+
			"after the Service, in its namespace and with enableServiceLinks, or give --url", service, prefix, prefix)
	}
	return "ws://" + net.JoinHostPort(host, port) + "/ws", nil
}
