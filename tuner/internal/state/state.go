// Package state is where an agent leaves word for the probes of its container.
package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Folder is where it is.
type Folder string

const (
	ready = "ready" // holds why the agent is not ready, or nothing

	// stale is the age of a word of an agent that hangs. It speaks each time that it looks at the node.
	stale = 2 * time.Minute
)

// KeepReady remembers why the agent is not ready; empty if it is.
func (f Folder) KeepReady(whyNot string) error { return f.write(ready, whyNot) }

// Ready returns why the agent is not ready, if it is not.
func (f Folder) Ready(now time.Time) error {
	if err := f.Alive(now); err != nil {
		return err
	}
	whyNot, err := os.ReadFile(f.path(ready))
	if err == nil && len(whyNot) > 0 {
		err = errors.New(string(whyNot))
	}
	return err
}

// Alive returns an error if nothing was heard of the agent lately.
func (f Folder) Alive(now time.Time) error {
	info, err := os.Stat(f.path(ready))
	if err != nil {
		return fmt.Errorf("the agent has not started: %w", err)
	}
	if age := now.Sub(info.ModTime()); age > stale {
		return fmt.Errorf("the agent has not reported for %v", age.Round(time.Second))
	}
	return nil
}

// write replaces the file at once because it is read at any time.
func (f Folder) write(name, content string) error {
	next := f.path(name + ".next")
	if err := os.WriteFile(next, []byte(content), 0o600); err != nil {
		return err
	}
	return os.Rename(next, f.path(name))
}

func (f Folder) path(name string) string { return filepath.Join(string(f), name) }
