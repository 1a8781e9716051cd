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
const MaxBytes = 1024

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
	Values []*string `json:"values"`
	// Sockets is about keepalive and the user timeout of the sockets that the pod's servers accept; nil if neither was
	// wanted.
	Sockets *Outcome `json:"sockets,omitempty"`
	// OpenFiles is about the limit that the server will start with; nil if no limit was wanted.
	OpenFiles *Outcome `json:"openFiles,omitempty"`
	// AwaitsAgent means that nothing was done: the container ended so that the kubelet makes another one, to which the
	// node's agent may grant more open files.
	AwaitsAgent bool           `json:"awaitsAgent,omitempty"`
	Errors      []SettingError `json:"errors,omitempty"`
}

// Outcome reports whether what will act on the server is in place.
type Outcome struct {
	By    Mechanism `json:"by"`
	Done  bool      `json:"done"`
	Error string    `json:"error,omitempty"` // why it is not done
}

// NewOutcome is done where there was no failure.
func NewOutcome(by Mechanism, failure error) *Outcome {
	if failure != nil {
		return &Outcome{By: by, Error: failure.Error()}
	}
	return &Outcome{By: by, Done: true}
}

// Mechanism is what acts on the server.
type Mechanism string

// Either eBPF programs on the pod's cgroup, for sockets; or a library in the server's process, for both; or a program that
// becomes the server, for open files.
const (
	Programs Mechanism = "Programs"
	Preload  Mechanism = "Preload"
	Launcher Mechanism = "Launcher"
)

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
	// Process has the lowest limit of the Processes that accept connections.
	Process   Process       `json:"process"`
	Processes int           `json:"processes"`
	Nofile    rlimit.Limits `json:"nofile"`
	// SoftTotal is the sum of the soft limits of all Processes, or of all candidates, if there are several.
	SoftTotal uint64 `json:"softTotal,omitempty"`
	// Doubt means that Process is only one of several that may be the server.
	Doubt *Doubt `json:"doubt,omitempty"`
	// Values are what the wanted keys hold, in their order; null if the kernel does not have the key, or if it is unread.
	Values []*string `json:"values"`
	// Unread are the indices of the keys that the kernel has, and that could not be read.
	Unread []int `json:"unread,omitempty"`
	// Accepted is nil when the observer may open no connections, or could not.
	Accepted *Accepted `json:"accepted,omitempty"`
	Ports    []Port    `json:"ports"`
	// PortsLeftOut is the number of ports for which this report has no room. Zero is written, too: older tuners did not
	// know this field, and reported it, keys unread and problems of ports among their errors.
	PortsLeftOut int `json:"portsLeftOut"`
	// PortsUnclear is the number of ports that listen in the pod, and of which it cannot be seen whether the server or
	// another container does. None of them is among the Ports.
	PortsUnclear int `json:"portsUnclear,omitempty"`
	// NoSockets is why the kernel did not list sockets, so that nothing is known of ports; empty if it did.
	NoSockets string `json:"noSockets,omitempty"`
	// Errors are for people: no program concludes anything from their texts.
	Errors []string `json:"errors,omitempty"`
}

// Accepted is what a socket has in this pod that was accepted by a program which sets no options itself: the observer.
// Without keepalive it has no time, interval and probes: those would be the sysctls'.
type Accepted struct {
	Keepalive   bool   `json:"keepalive,omitempty"`
	Time        uint32 `json:"time,omitempty"`        // seconds
	Interval    uint32 `json:"interval,omitempty"`    // seconds
	Probes      uint32 `json:"probes,omitempty"`      //
	UserTimeout uint32 `json:"userTimeout,omitempty"` // milliseconds, 0 for none
	// Override means that the socket then refused a longer time.
	Override bool `json:"override,omitempty"`
}

// Process names the process whose limit is reported.
type Process struct {
	PID  int    `json:"pid"`
	Comm string `json:"comm"`
	UID  uint32 `json:"uid"`
}

// Doubt is about which of several processes accept connections.
type Doubt struct {
	Candidates int    `json:"candidates"`
	Highest    uint64 `json:"highest"` // the highest of their soft limits; Server.Nofile has the lowest one
	// Missing is what would show it: the right to read Descriptors, accepted Connections, or the list of Sockets.
	Missing string `json:"missing"`
}

// Port is a TCP port of the server. Zeros are left out because all ports share the space of one report.
type Port struct {
	Port        uint16 `json:"port"`
	Listening   bool   `json:"listening"`
	Connections int    `json:"connections,omitempty"`
	// Elsewhere means that another container of the pod listens on the port.
	Elsewhere bool `json:"elsewhere,omitempty"`
	// Remotes is the number of distinct addresses at the other end of the connections that were looked at.
	Remotes int `json:"remotes,omitempty"`
	// Preload means that every listener carries the mark of the preloaded library.
	Preload   bool       `json:"preload,omitempty"`
	Keepalive *Keepalive `json:"keepalive,omitempty"`
	// Problem is why no connection of the observer's own showed anything; empty if one did, or if there were to be none. What
	// clients' connections showed is then not corrected.
	Problem string `json:"problem,omitempty"`
}

// Keepalive is what accepted sockets of the port showed.
type Keepalive struct {
	// Running means that all sockets that were looked at have it.
	Running     bool  `json:"running,omitempty"`
	IdleSeconds int64 `json:"idleSeconds,omitempty"`
	// Off of the Looked ones lack it; absent if none does, or if only one was looked at.
	Off      int      `json:"off,omitempty"`
	Looked   int      `json:"looked,omitempty"`
	Evidence Evidence `json:"evidence"`
}

// Evidence shows whose connection was looked at.
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
