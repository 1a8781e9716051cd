package sysctl

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

const (
	// Root is where the kernel shows the sysctls of the network namespace of the process that opens a file in it.
	Root = "/proc/sys/net"
	// NodeRoot is where it shows those of the node as well.
	NodeRoot = "/proc/sys"
)

// Tree reads and writes keys below one directory, and cannot leave it.
type Tree struct {
	root  *os.Root
	above string // what the names of keys start with and the directory stands for
}

// OpenTree opens the tree of keys below net at a directory, which is Root except in tests.
func OpenTree(directory string) (*Tree, error) { return openTree(directory, "net.") }

// OpenNodeTree opens the tree of all keys at a directory, which is NodeRoot except in tests.
func OpenNodeTree(directory string) (*Tree, error) { return openTree(directory, "") }

func openTree(directory, above string) (*Tree, error) {
	root, err := os.OpenRoot(directory)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", directory, cause(err))
	}
	return &Tree{root, above}, nil
}

// file is the key's path relative to the tree's directory.
func (t *Tree) file(key Key) string {
	return strings.ReplaceAll(strings.TrimPrefix(key.Name, t.above), ".", "/")
}

// Close releases the tree.
func (t *Tree) Close() error { return t.root.Close() }

// Read returns the value with white space normalised to single spaces.
func (t *Tree) Read(key Key) (string, error) {
	file, err := t.root.Open(t.file(key))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key.Name, cause(err))
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key.Name, cause(err))
	}
	return strings.Join(strings.Fields(string(content)), " "), nil
}

// Apply writes the setting and reads it back. It returns what the key now holds, if that can be read,
// also when the write failed or the kernel holds something else than what was written.
func (t *Tree) Apply(setting Setting) (holds *string, err error) {
	writeErr := t.write(setting)
	value, readErr := t.Read(setting.Key)
	switch {
	case readErr != nil && writeErr == nil:
		return nil, readErr
	case readErr != nil:
		return nil, writeErr
	case writeErr != nil:
		return &value, writeErr
	case value != setting.Value:
		return &value, fmt.Errorf("%s: wrote %s, reads %s", setting.Key.Name, setting.Value, value)
	}
	return &value, nil
}

// write uses a single write(2): the kernel parses each one as a whole new value.
func (t *Tree) write(setting Setting) error {
	file, err := t.root.OpenFile(t.file(setting.Key), os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("write %s: %w", setting.Key.Name, cause(err))
	}
	_, err = file.WriteString(setting.Value)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", setting.Key.Name, cause(err))
	}
	return nil
}

// cause strips the operation and path, which the key already shows.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
