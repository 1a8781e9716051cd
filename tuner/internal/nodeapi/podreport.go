package nodeapi

import "time"

// ReportStatus is the content of the WebSocketNodeReport: what the agent of one node did to the pods there, and counts.
type ReportStatus struct {
	BootID       string      `json:"bootID"`
	AgentVersion string      `json:"agentVersion"`
	Left         int         `json:"left"` // pods that have no room
	Pods         []PodReport `json:"pods"`
}

// PodReport is about one pod.
type PodReport struct {
	UID           string        `json:"uid"`
	Namespace     string        `json:"namespace"`
	Name          string        `json:"name"`
	Tuning        string        `json:"tuning,omitempty"`    // absent: the agent only counts
	Plan          string        `json:"plan,omitempty"`      // absent unless this agent tuned the pod
	Arguments     []string      `json:"arguments,omitempty"` // of the plan that the pod got
	Boot          string        `json:"boot,omitempty"`      // a report.Boot
	Problem       string        `json:"problem,omitempty"`
	Container     *Container    `json:"container,omitempty"`
	Connections   *Connections  `json:"connections,omitempty"`
	Sockets       []SocketGroup `json:"sockets,omitempty"`
	OthersSockets int           `json:"othersSockets,omitempty"`
}

// Container is the server's container, with what it was created with.
type Container struct {
	Name      string  `json:"name"`
	ID        string  `json:"id,omitempty"` // as in the status of the pod
	OpenFiles *Limits `json:"openFiles,omitempty"`
}

// Connections counts those that the pod accepted, by how they ended.
type Connections struct {
	Since         time.Time `json:"since"`
	Open          uint64    `json:"open"`
	EndedByPeer   uint64    `json:"endedByPeer"`
	EndedByServer uint64    `json:"endedByServer"`
	Reset         uint64    `json:"reset"`
	FoundDead     uint64    `json:"foundDead"`
}

// SocketGroup is a number of open connections with equal options. Without keepalive it has no times.
type SocketGroup struct {
	Port              uint16 `json:"port"`
	Count             int    `json:"count"`
	Keepalive         bool   `json:"keepalive"`
	Time              uint32 `json:"time,omitempty"`
	Interval          uint32 `json:"interval,omitempty"`
	Probes            uint32 `json:"probes,omitempty"`
	UserTimeoutMillis uint32 `json:"userTimeoutMillis"`
}
