package process

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// End lets a program end by itself, and insists when it does not.
func End(program Identity, patience time.Duration) error {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if !program.Alive() {
			return nil
		}
		if err := syscall.Kill(program.PID, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("end process %d: %w", program.PID, err)
		}
		if AwaitEnd(program, patience) {
			return nil
		}
	}
	return fmt.Errorf("process %d does not end", program.PID)
}

// AwaitEnd reports whether a program ends within some time.
func AwaitEnd(program Identity, patience time.Duration) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if !program.Alive() {
			return true
		}
	}
	return false
}
