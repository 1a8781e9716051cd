package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"wstuning.dev/e2e/cluster/jsonfile"
	"wstuning.dev/e2e/cluster/network"
	"wstuning.dev/e2e/cluster/process"
)

// record is what has to be known to go on with a node, or to remove it, after the program that started it has ended.
type record struct {
	// Programs are the folders in the cache that the node runs from.
	Programs []string `json:"programs"`
	// OpenFiles is what containers get that are created now.
	OpenFiles OpenFiles `json:"openFiles"`
	Before    machine   `json:"before"`
	Running   []running `json:"running"`
	// Complete is set when the node has been ready.
	Complete bool `json:"complete"`
}

// machine is how the machine was before the node changed it.
type machine struct {
	// Boot is the kernel's identity of the boot: after another one nothing of this is in force any more.
	Boot       string            `json:"boot"`
	Settings   []network.Setting `json:"settings"`
	Rules      network.Rules     `json:"rules"`
	HasAddress bool              `json:"hasAddress"`
	Folders    []string          `json:"folders"`
}

type running struct {
	Name    string           `json:"name"`
	Process process.Identity `json:"process"`
	// Stopped is set when a command ended the program, until one starts it again.
	Stopped bool `json:"stopped,omitempty"`
}

func (p running) stopped() bool { return p.Stopped && !p.Process.Alive() }

const recordFile = State + "/record.json"

// load returns nil when there is no node.
func load() (*record, error) { return jsonfile.Load[record](recordFile) }

func (r *record) save() error { return jsonfile.Save(recordFile, r) }

// dead returns the first program that was started and does not run, unless a command stopped it.
func (r *record) dead() string {
	for _, program := range r.Running {
		if !program.Process.Alive() && !program.Stopped {
			return program.Name
		}
	}
	return ""
}

// stopped returns the first program that a command stopped.
func (r *record) stopped() string {
	for _, program := range r.Running {
		if program.stopped() {
			return program.Name
		}
	}
	return ""
}

func observeMachine() (machine, error) {
	rules, err := network.ReadRules()
	if err != nil {
		return machine{}, fmt.Errorf("look at the machine's packet filter: %w", err)
	}
	address, err := network.HasAddress()
	if err != nil {
		return machine{}, err
	}
	before := machine{Boot: bootID(), Settings: network.ReadSettings(), Rules: rules, HasAddress: address}
	for _, folder := range outside {
		if _, err := os.Stat(folder); err == nil {
			before.Folders = append(before.Folders, folder)
		}
	}
	return before, nil
}

func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// Lock lets one command at a time change the node. It ends with the program that holds it.
func Lock(waiting func()) error {
	if err := os.MkdirAll(Root, 0o755); err != nil {
		return fmt.Errorf("make the node's folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(Root, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the node's lock: %w", err)
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		held = file
		return nil
	}
	waiting()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("wait for the node's lock: %w", err)
	}
	held = file
	return nil
}

// held keeps the lock's file from being collected, which would release it.
var held *os.File
