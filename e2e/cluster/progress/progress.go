// Package progress shows a person what is going on and how long it took.
package progress

import (
	"fmt"
	"io"
	"time"
)

// Log prints one line a step, each with the seconds since the start.
type Log struct {
	out   io.Writer
	start time.Time
}

// New starts the clock.
func New(out io.Writer) *Log {
	return &Log{out: out, start: time.Now()}
}

// Say prints one line.
func (l *Log) Say(format string, args ...any) {
	fmt.Fprintf(l.out, "%6.1fs  %s\n", time.Since(l.start).Seconds(), fmt.Sprintf(format, args...))
}
