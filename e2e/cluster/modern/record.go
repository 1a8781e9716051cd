package modern

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"wstuning.dev/e2e/cluster/process"
)

// record is what has to be known to go on with a modern node after the program that started it has ended.
type record struct {
	// Key names the disk that it was made from.
	Key     string           `json:"key"`
	Process process.Identity `json:"process"`
	// LastBoot is what the cluster knew of the node when its present boot began.
	LastBoot string `json:"lastBoot"`
	// Complete is set when the node has been ready.
	Complete bool `json:"complete"`
}

// load returns nil when there is no modern node.
func load() (*record, error) {
	text, err := os.ReadFile(recordFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the modern node's record: %w", err)
	}
	r := &record{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("read the modern node's record %s: %w", recordFile, err)
	}
	return r, nil
}

// save writes the record at once or not at all.
func (r *record) save() error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode the modern node's record: %w", err)
	}
	next := recordFile + ".next"
	if err := os.WriteFile(next, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the modern node's record: %w", err)
	}
	return os.Rename(next, recordFile)
}
