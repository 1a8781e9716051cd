// Package report holds the two reports that the tuner leaves as termination messages. Their JSON is a contract with the
// operator: the samples in testdata are read by the tests of both sides.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"

	"wstuning.dev/tuner/internal/rlimit"
)

// MaxBytes bounds a report. The kubelet cuts the termination messages of a pod to 12 KiB in all, divided by its containers.
const MaxBytes = 700

// The kinds of reports.
const (
	KindBoot   = "boot"
	KindServer = "server"
)

// Format is the version of both formats.
const Format = 1

// Boot is the report of an init container.
type Boot struct {
	Format int           `json:"v"`
	Kind   string        `json:"kind"` // KindBoot
	Tuner  string        `json:"tuner"`
	Plan   string        `json:"plan"`
	Nofile rlimit.Limits `json:"nofile"`
	// Values are what the keys hold after writing, in the order of the arguments; null where that could not be read.
	Values []*string      `json:"values"`
	Errors []SettingError `json:"errors,omitempty"`
}

// SettingError is the failure of the argument At.
type SettingError struct {
	At      int    `json:"at"`
	Message string `json:"message"`
}

// Server is the report of an observer.
type Server struct {
	Format int    `json:"v"`
	Kind   string `json:"kind"` // server
	Tuner  string `json:"tuner"`
	Start  string `json:"start"`
	// Process has the lowest limit of the Processes that own the listeners.
	Process   Process       `json:"process"`
	Processes int           `json:"processes"`
	Nofile    rlimit.Limits `json:"nofile"`
	// Values are what the wanted keys hold, in their order; null where that could not be read.
	Values []*string `json:"values"`
	Ports  []Port    `json:"ports"`
	Errors []string  `json:"errors,omitempty"`
}

// Process names the process whose limit is reported.
type Process struct {
	PID  int    `json:"pid"`
	Comm string `json:"comm"`
	UID  uint32 `json:"uid"`
}

// Port is a TCP port of the server.
type Port struct {
	Port        uint16     `json:"port"`
	Listening   bool       `json:"listening"`
	Connections int        `json:"connections"`
	Keepalive   *Keepalive `json:"keepalive,omitempty"`
}

// Keepalive is what accepted sockets of the port showed.
type Keepalive struct {
	Running     bool     `json:"running"`
	IdleSeconds int64    `json:"idleSeconds,omitempty"`
	Evidence    Evidence `json:"evidence"`
}

// Evidence tells whose connection was looked at.
type Evidence string

// Either a client's connection, or one that the observer opened itself.
const (
	Existing Evidence = "Existing"
	Probe    Evidence = "Probe"
)

// encode differs from json.Marshal in leaving < > & as they are, which are a byte each rather than six.
func encode(report any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(report); err != nil {
		panic(fmt.Sprintf("a report is always encodable: %v", err))
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}
