package nri

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

// reach connects to the first of the sockets that takes the connection, and returns which one that is. The file alone proves
// nothing: a runtime that was killed leaves its socket behind.
func reach(ctx context.Context, sockets []string) (connection net.Conn, index int, err error) {
	problems := make([]error, 0, len(sockets))
	for index, socket := range sockets {
		connection, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
		if err == nil {
			return connection, index, nil
		}
		problems = append(problems, err)
	}
	return nil, 0, unreachable(sockets, problems)
}

// unreachable names every place that was looked at, in few words, because a status message has a limit.
func unreachable(sockets []string, problems []error) error {
	if len(sockets) == 1 {
		return failure(sockets[0], fmt.Errorf("failed to connect to NRI service: %w", problems[0]))
	}
	places := make([]string, len(sockets))
	for i, socket := range sockets {
		places[i] = fmt.Sprintf("at %s: %v", socket, cause(problems[i]))
	}
	return errors.New("connect to the container runtime " + strings.Join(places, "; "))
}

// cause leaves out what the place says already.
func cause(problem error) error {
	if number := syscall.Errno(0); errors.As(problem, &number) {
		return number
	}
	return problem
}

func failure(socket string, err error) error {
	return fmt.Errorf("connect to the container runtime at %s: %w", socket, err)
}
