// Package nodeapi is what operator and agents exchange through the API server. In a WebSocketNodeState the operator writes what
// the agent of a node must do, and the agent reports what the node has. In the WebSocketPodPlans the operator writes what pods
// get, and in a WebSocketNodeReport the agent reports what they got, and counts.
package nodeapi

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Node is the WebSocketNodeState of one node. The operator writes its spec and the conditions of its status, which are of
// no use here; the agent writes the rest of the status.
type Node struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              Spec   `json:"spec"`
	Status            Status `json:"status"`
}

// Spec is what is wanted of the node. An empty one asks to restore what was changed.
type Spec struct {
	Sysctls   []Sysctl   `json:"sysctls,omitempty"`
	OpenFiles *OpenFiles `json:"openFiles,omitempty"`
	Pods      *Pods      `json:"pods,omitempty"`
}

// Pods allows the agent to tune the pods of tunings that want it.
type Pods struct {
	Tuning string `json:"tuning"`
	// CountsEverySeconds is how often the report may be written if nothing but counts has changed; absent, as often as otherwise.
	CountsEverySeconds int64 `json:"countsEverySeconds,omitempty"`
}

// Sysctl is a value wanted of a key, by the named WebSocketNodeTuning.
type Sysctl struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Policy Policy `json:"policy,omitempty"`
	Tuning string `json:"tuning,omitempty"`
}

// Policy says what becomes of a value that is higher than the one wanted.
type Policy string

const (
	AtLeast Policy = "AtLeast" // the higher value stays; the default
	Exactly Policy = "Exactly"
)

// OpenFiles asks the agent to grant open files limits, up to a maximum.
type OpenFiles struct {
	Maximum uint64 `json:"maximum"`
	Tuning  string `json:"tuning,omitempty"`
}

// Status is what the agent found and did. Originals of another boot are void.
type Status struct {
	ObservedGeneration int64            `json:"observedGeneration,omitempty"` // whose spec was applied
	BootID             string           `json:"bootID,omitempty"`
	AgentVersion       string           `json:"agentVersion,omitempty"`
	Settings           []Setting        `json:"settings,omitempty"`
	OpenFiles          *OpenFilesStatus `json:"openFiles,omitempty"`
	Pods               *PodsStatus      `json:"pods,omitempty"`
	ConntrackMax       *uint64          `json:"conntrackMax,omitempty"`
}

// Setting is what became of one key.
type Setting struct {
	Name     string `json:"name"`
	Wanted   string `json:"wanted,omitempty"`
	Original string `json:"original,omitempty"` // before the first write since the node booted
	Written  string `json:"written,omitempty"`  // what the key held after our write; absent if none was needed
	Value    string `json:"value,omitempty"`    // as last read; absent if it cannot be read
	Drifted  bool   `json:"drifted,omitempty"`
	Problem  string `json:"problem,omitempty"`
	Waits    string `json:"waits,omitempty"` // why nothing is written yet, though nothing failed
}

// OpenFilesStatus says whether containers are granted open files, and how many.
type OpenFilesStatus struct {
	Serving      bool    `json:"serving"`
	Message      string  `json:"message,omitempty"`
	Limit        uint64  `json:"limit,omitempty"`        // highest hard limit that is granted
	HighestGrant uint64  `json:"highestGrant,omitempty"` // of containers that still run
	Runtime      *Limits `json:"runtime,omitempty"`
	OtherPlugin  bool    `json:"otherPlugin,omitempty"`  // another NRI plugin sets the limit
	FailedStarts int     `json:"failedStarts,omitempty"` // containers that twice did not start with a grant, since the agent started
}

// PodsStatus says what the agent can do to pods, and why not.
type PodsStatus struct {
	Serving         bool   `json:"serving"`
	Message         string `json:"message,omitempty"`
	Sysctls         bool   `json:"sysctls"`
	SysctlsMessage  string `json:"sysctlsMessage,omitempty"`
	Programs        bool   `json:"programs"`
	ProgramsMessage string `json:"programsMessage,omitempty"`
	Counts          bool   `json:"counts"`
	CountsMessage   string `json:"countsMessage,omitempty"`
	OtherProblem    string `json:"otherProblem,omitempty"`
}

// Limits are the two values of RLIMIT_NOFILE; as Runtime, those of containers without an adjustment.
type Limits struct {
	Soft uint64 `json:"soft"`
	Hard uint64 `json:"hard"`
}

// longest is how many characters the CRD takes of a message.
const longest = 512

// Message shortens a text to what a message or problem may have.
func Message(text string) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	return string(runes[:longest-1]) + "…"
}
