package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const (
	writerLock    = "writer.lock"
	successorLock = "successor.lock"
)

// Turn decides which of the agents on a node writes. A new version starts before the old one ends, and waits for its turn
// meanwhile. The kernel takes a turn back from an agent that ends for any reason.
type Turn struct {
	folder    string
	writer    *os.File // locked by this agent, or nil
	successor *os.File // locked by this agent while it waits
}

// NewTurn is one that has not been taken.
func NewTurn(folder string) *Turn { return &Turn{folder: folder} }

// Take reports whether it is this agent's turn now, which it stays until the agent ends.
func (t *Turn) Take() (bool, error) {
	if t.writer != nil {
		return true, nil
	}
	writer, err := lock(filepath.Join(t.folder, writerLock))
	if err != nil {
		return false, err
	}
	if writer != nil {
		t.writer = writer
		leave(&t.successor)
		return true, nil
	}
	if t.successor == nil {
		t.successor, err = lock(filepath.Join(t.folder, successorLock))
	}
	return false, err
}

// Mine reports whether Take has succeeded.
func (t *Turn) Mine() bool { return t.writer != nil }

// Followed reports whether another agent waits for this one's turn.
func (t *Turn) Followed() bool {
	free, err := lock(filepath.Join(t.folder, successorLock))
	followed := err == nil && free == nil
	leave(&free)
	return followed
}

// Close gives the turn to the next one.
func (t *Turn) Close() {
	leave(&t.writer)
	leave(&t.successor)
}

func leave(file **os.File) {
	if *file != nil {
		(*file).Close() // which unlocks it
		*file = nil
	}
}

// lock returns nil if another process has the lock.
func lock(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("take turns on this node: %w", err)
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		return file, nil
	}
	file.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, nil
	}
	return nil, fmt.Errorf("take turns on this node: lock %s: %w", name, err)
}
