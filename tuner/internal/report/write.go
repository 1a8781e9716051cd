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

// Output is where a report goes. No argument of a program changes the file: a program that runs with privilege could overwrite
// any file with it.
type Output struct {
	Line io.Writer
	File string // TerminationLog, except in tests
}

// Write prints the report as a line and leaves it in the file. The kubelet makes that file: where it is missing, as
// outside of Kubernetes, the line is enough.
func (o Output) Write(json []byte) error {
	if _, err := fmt.Fprintf(o.Line, "%s\n", json); err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	target, err := os.OpenFile(o.File, os.O_WRONLY|os.O_TRUNC, 0)
	if errors.Is(err, fs.ErrNotExist) {
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
