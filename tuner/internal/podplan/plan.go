// Package podplan decides whose a pod is, whether the node's agent may tune it, and what it then gets. It is pure. The samples
// in testdata/pods are read by the tests of both sides, so that the agent decides as the operator does.
package podplan

import (
	"strings"
	"time"
)

// Via is what tunes the pods of a tuning.
type Via string

const (
	NodeAgent Via = "NodeAgent"
	Admission Via = "Admission" // the agent leaves its pods alone
)

// Plan is the spec of a WebSocketPodPlan: a tuning as the agents of nodes need it.
type Plan struct {
	Created   time.Time  `json:"created"`
	Via       Via        `json:"via"`
	Selector  Selector   `json:"selector"`
	Arguments []string   `json:"arguments,omitempty"` // of the tuner
	Hash      string     `json:"plan,omitempty"`
	Container string     `json:"container,omitempty"` // the server's, if the tuning names it
	OpenFiles *OpenFiles `json:"openFiles,omitempty"`
}

// OpenFiles are the bounds of the server's limit; 0 is none.
type OpenFiles struct {
	Minimum uint64 `json:"minimum,omitempty"`
	Maximum uint64 `json:"maximum,omitempty"`
}

// Tunes reports whether the agent has anything to do for the pods of the plan.
func (p Plan) Tunes() bool {
	return p.Via == NodeAgent && p.Hash != "" && (len(p.Arguments) > 0 || p.OpenFiles != nil)
}

// Named is the plan of the tuning with that name.
type Named struct {
	Name string `json:"name"`
	Plan
}

// Owner is the oldest of the plans of a namespace that select a pod with these labels, then the first by name; nil if none
// does.
func Owner(plans []Named, labels map[string]string) *Named {
	var owner *Named
	for i := range plans {
		if candidate := &plans[i]; candidate.Selector.Matches(labels) && (owner == nil || candidate.before(owner)) {
			owner = candidate
		}
	}
	return owner
}

// before compares whole seconds, which is what the API server keeps.
func (n *Named) before(other *Named) bool {
	if order := n.Created.Truncate(time.Second).Compare(other.Created.Truncate(time.Second)); order != 0 {
		return order < 0
	}
	return strings.Compare(n.Name, other.Name) < 0
}
