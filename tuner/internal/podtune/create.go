package podtune

import (
	"errors"
	"fmt"

	"wstuning.dev/tuner/internal/openfiles"
)

// Adjustment is what a container is created with. The empty one leaves it as it is.
type Adjustment struct {
	Sysctls   map[string]string
	OpenFiles *openfiles.Wish
	Note      string // for the next agent
}

// Creating is called before a container is created. An error keeps the container from being created: the kubelet tries again.
func (k *Keeper) Creating(s Sandbox, c Container) (Adjustment, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	p := k.pod(s)
	if p.fresh {
		p.decide(k)
	}
	p.fresh = false
	p.adopt(c, k)
	defer k.changed()
	if p.given == nil || c.Note != "" {
		k.attach(p)
		return Adjustment{}, nil
	}
	adjustment := Adjustment{Sysctls: p.sysctls(c.ID, k), Note: p.given.note()}
	if p.given.abandoned { // the programs compare the options of listeners with the sysctls
		p.letGo(k)
	}
	k.attach(p)
	serves := p.mayServe(c, p.given.plan)
	if serves {
		adjustment.OpenFiles = p.given.wish()
	}
	if failure := p.failure(); failure != nil && serves && p.given.work.Hold {
		k.log.Warn("holds a container", "pod", p.title(), "container", c.Name, "problem", failure)
		return Adjustment{}, fmt.Errorf("%s is held because it could not be tuned (onFailure of WebSocketTuning %s): %w", c.Name, p.given.tuning, failure)
	}
	return adjustment, nil
}

// wish raises the limit only, as for pods that were tuned at admission.
func (g *given) wish() *openfiles.Wish {
	if g.plan.OpenFiles == nil {
		return nil
	}
	wish := &openfiles.Wish{Maximum: g.plan.OpenFiles.Maximum, RaiseOnly: true}
	if minimum := g.plan.OpenFiles.Minimum; minimum > 0 {
		wish.Limits = &openfiles.Limits{Soft: minimum, Hard: minimum}
	}
	return wish
}

// failure is what of the plan is not done.
func (p *pod) failure() (failure error) {
	for _, problem := range p.given.errors {
		failure = errors.Join(failure, errors.New(problem.Message))
	}
	if p.withheld != "" {
		failure = errors.Join(failure, errors.New(p.withheld))
	}
	return failure
}

// Started is called when the process of a container was made. The agent before this one may have had it created.
func (k *Keeper) Started(s Sandbox, c Container) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	p := k.pod(s)
	p.fresh = false
	p.adopt(c, k)
	p.started(c, k)
	if k.unknown(p) {
		k.LookAgain()
	}
	k.changed()
}
