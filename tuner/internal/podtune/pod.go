package podtune

import (
	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/openfiles"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/sockopt"
)

// pod is what is known of a pod of this node.
type pod struct {
	Sandbox
	fresh    bool // none of its containers was created yet
	excluded podplan.Exclusion
	because  string // why it is not tuned if a plan wants it; empty for a pod that is, or that no plan wanted
	given    *given // what it got, by this agent or by the one before; nil if nothing

	limits    *openfiles.Limits // of the last container that started
	server    *nodeapi.Container
	attached  Pod
	gets      bool   // its connections get the options
	attaching bool   // meanwhile
	late      bool   // the kernel has not answered the last attempt
	refusal   string // why it is not attached; empty if that was not tried
	withheld  string // why its connections do not get the options that the plan wants; empty if they do
	unread    string // why the counts were not read; empty if they were
}

func (p *pod) title() string { return p.Namespace + "/" + p.Name }

// decide says once what the pod gets, when its first container is created. It then stays with that plan, as a pod that an init
// container tuned does.
func (p *pod) decide(k *Keeper) {
	plans, known := k.host.Plans(p.Namespace)
	owner := podplan.Owner(plans, p.Facts.Labels)
	switch {
	case !known:
		p.because = "was created before the agent knew any plan"
	case owner == nil:
		p.because = "was created before the plan of its tuning reached this node"
	case owner.Via != podplan.NodeAgent:
		p.because = "was created when its tuning, or an older one that owned it, had via: Admission"
	case !owner.Tunes():
		p.because = "was created when its tuning had no plan"
	case !k.host.Allowed():
		p.because = "was created when no WebSocketNodeTuning with pods: Allowed selected its node"
	default:
		p.take(owner)
	}
	if p.given != nil {
		k.log.Info("tunes a pod", "pod", p.title(), "tuning", owner.Name, "plan", owner.Hash)
	}
}

// take has the pod get what the plan wants, as far as it may.
func (p *pod) take(owner *podplan.Named) {
	work, err := owner.Work()
	switch {
	case err != nil:
		p.because = "has a plan that this version of the agent does not understand: " + err.Error()
	case p.excluded == podplan.None:
		p.given = &given{tuning: owner.Name, plan: owner.Plan, work: work, values: make([]*string, len(work.Settings))}
	default:
		p.because = string(p.excluded)
		if owner.OpenFiles != nil && p.excluded.AllowsOpenFiles() {
			p.given = &given{tuning: owner.Name, plan: owner.Plan, filesOnly: true}
		}
	}
}

// options are those that the programs give to the pod's connections.
func (p *pod) options() sockopt.Options {
	if p.given == nil || p.given.filesOnly {
		return sockopt.Options{}
	}
	return p.given.work.Options
}

// started is called when the container's process was made with all that it should have.
func (p *pod) started(c Container, k *Keeper) {
	limits := c.Limits
	p.limits = &limits
	plan := podplan.Plan{}
	if p.given != nil {
		p.given.started(c)
		plan = p.given.plan
	} else if owner := k.owner(p); owner != nil {
		plan = owner.Plan
	}
	if p.mayServe(c, plan) {
		p.server = &nodeapi.Container{Name: c.Name, OpenFiles: &nodeapi.Limits{Soft: limits.Soft, Hard: limits.Hard}}
		if k.runtime.Name != "" {
			p.server.ID = k.runtime.Name + "://" + c.ID
		}
	}
}

// owner is the plan to which the pod belongs at present; nil if there is none.
func (k *Keeper) owner(p *pod) *podplan.Named {
	plans, _ := k.host.Plans(p.Namespace)
	return podplan.Owner(plans, p.Facts.Labels)
}
