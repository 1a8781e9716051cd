package podtune

import (
	"encoding/json"
	"fmt"

	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/report"
)

// note is what the runtime keeps with a container for the next agent.
type note struct {
	Tuning    string                `json:"tuning"`
	Plan      podplan.Plan          `json:"plan"`
	FilesOnly bool                  `json:"filesOnly,omitempty"`
	Values    []*string             `json:"values,omitempty"`
	Errors    []report.SettingError `json:"errors,omitempty"`
	Set       bool                  `json:"set,omitempty"`
	Trying    bool                  `json:"trying,omitempty"` // this container was created with the sysctls
}

func (g *given) note() string {
	plan := g.plan
	plan.Selector = podplan.Selector{} // the pod has its plan, regardless of what that selects later
	text, err := json.Marshal(note{g.tuning, plan, g.filesOnly, g.values, g.errors, g.set, g.trying != ""})
	if err != nil {
		panic(fmt.Sprintf("a note is always encodable: %v", err))
	}
	return string(text)
}

// longest bounds a note, in bytes: the container runtime hands over what any plugin left.
const longest = 16384

// adopt takes over what another agent of this node, or the one before, gave the pod. It leaves alone what it does not
// understand.
func (p *pod) adopt(c Container, k *Keeper) {
	if c.Note == "" || p.given != nil && !c.mayAddTo(p.given) {
		return
	}
	var read note
	err := error(nil)
	if len(c.Note) > longest {
		err = fmt.Errorf("it has %d bytes", len(c.Note))
	} else {
		err = json.Unmarshal([]byte(c.Note), &read)
	}
	work := podplan.Work{}
	if err == nil {
		work, err = read.Plan.Work()
	}
	if err == nil && !read.FilesOnly && len(read.Values) != len(work.Settings) {
		err = fmt.Errorf("it has %d values", len(read.Values))
	}
	if err != nil {
		k.log.Warn("ignored a note of another agent", "pod", p.title(), "container", c.Name, "problem", err)
		return
	}
	g := &given{tuning: read.Tuning, plan: read.Plan, filesOnly: read.FilesOnly, values: read.Values, errors: read.Errors, set: read.Set}
	if !read.FilesOnly {
		g.work = work
	}
	if read.Trying {
		g.trying = c.ID
	}
	p.given, p.because = g, ""
	if g.filesOnly {
		p.because = string(p.excluded)
	}
}

// mayAddTo reports whether the note of this container may say more than is known.
func (c Container) mayAddTo(known *given) bool {
	return !known.filesOnly && !known.set && known.trying == ""
}
