// Package journal keeps on a node what its agent has to know after its own end. The folder must be gone when the node boots
// again, as the values that it is about are: it is in /run.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/nodesettings"
)

const (
	journalFile = "journal.json"
	nodeFile    = "node.json"
)

// Journal is that of one boot. Only one agent may use it at a time: see Turn.
type Journal struct {
	folder string
	known  contents
}

type contents struct {
	Boot         string                `json:"boot"`
	Records      []nodesettings.Record `json:"records"`
	HighestGrant uint64                `json:"highestGrant,omitempty"` // of containers that ran when it was written
}

// Open reads the journal of this boot. found is false if there is none, or only one of another boot.
func Open(folder, boot string) (journal *Journal, found bool, err error) {
	journal = &Journal{folder, contents{Boot: boot}}
	var kept contents
	found, err = load(filepath.Join(folder, journalFile), &kept)
	if err != nil || !found || kept.Boot != boot {
		return journal, false, err
	}
	journal.known = kept
	return journal, true, nil
}

// Records of keys that were written.
func (j *Journal) Records() []nodesettings.Record { return j.known.Records }

// Keep replaces the records.
func (j *Journal) Keep(records []nodesettings.Record) error {
	next := j.known
	next.Records = records
	return j.write(next)
}

// HighestGrant is what KeepHighestGrant was given last.
func (j *Journal) HighestGrant() uint64 { return j.known.HighestGrant }

// KeepHighestGrant remembers the highest limit of open files that a running container was granted.
func (j *Journal) KeepHighestGrant(limit uint64) error {
	if limit == j.known.HighestGrant {
		return nil
	}
	next := j.known
	next.HighestGrant = limit
	return j.write(next)
}

func (j *Journal) write(next contents) error {
	if err := save(filepath.Join(j.folder, journalFile), next); err != nil {
		return fmt.Errorf("keep the journal: %w", err)
	}
	j.known = next
	return nil
}

// remembered is the spec that the API server gave last.
type remembered struct {
	Boot       string       `json:"boot"`
	Name       string       `json:"name"`
	Generation int64        `json:"generation"`
	Spec       nodeapi.Spec `json:"spec"`
}

// Remember keeps the spec: another agent may start while the API server is away.
func Remember(folder, boot string, node *nodeapi.Node) error {
	return save(filepath.Join(folder, nodeFile), remembered{boot, node.Name, node.Generation, node.Spec})
}

// Remembered is the object with the spec that was kept in this boot, and without a status; nil if there is none.
func Remembered(folder, boot, name string) (*nodeapi.Node, error) {
	var kept remembered
	found, err := load(filepath.Join(folder, nodeFile), &kept)
	if err != nil || !found || kept.Boot != boot || kept.Name != name {
		return nil, err
	}
	node := &nodeapi.Node{Spec: kept.Spec}
	node.Name, node.Generation = kept.Name, kept.Generation
	return node, nil
}

// Forget drops the spec that was kept: nothing is wanted of this node any more.
func Forget(folder string) error {
	if err := os.Remove(filepath.Join(folder, nodeFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func load(file string, into any) (found bool, err error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", file, err)
	}
	return true, nil
}

// save replaces the file at once: a reader finds either what was there or all that is new, also after a loss of power.
func save(file string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	folder := filepath.Dir(file)
	next, err := os.CreateTemp(folder, filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = next.Write(content)
	err = errors.Join(err, next.Sync(), next.Close())
	if err == nil {
		err = os.Rename(next.Name(), file)
	}
	if err != nil {
		os.Remove(next.Name())
		return err
	}
	return sync(folder)
}

func sync(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}
