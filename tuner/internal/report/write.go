package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// TerminationLog is where the kubelet looks for the termination message of a container.
const TerminationLog = "/dev/termination-log"

// Write prints the report as a line and leaves it in the file. TerminationLog is made by the kubelet: where it is
// missing, as outside of Kubernetes, the line is enough.
func Write(line io.Writer, file string, json []byte) error {
	if _, err := fmt.Fprintf(line, "%s\n", json); err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	flags := os.O_WRONLY | os.O_TRUNC
	if file != TerminationLog {
		flags |= os.O_CREATE
	}
	target, err := os.OpenFile(file, flags, 0o644)
	if errors.Is(err, fs.ErrNotExist) && file == TerminationLog {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	_, err = target.Write(json)
	if err := errors.Join(err, target.Close()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
