package openfiles

// Wish is what is wanted of one container. The empty one wants nothing.
type Wish struct {
	Limits    *Limits // nil if none are wanted
	Maximum   uint64  // the container gets no more than that, even if it has more; 0 if there is no maximum
	RaiseOnly bool    // Limits lower nothing
}

// Within is this wish of a pod with what its plan wants: as for a pod that was tuned at admission, the pod's own request for a
// limit stays, nothing is lowered except to the maximum.
func (w Wish) Within(plan Wish) Wish {
	if w.Limits != nil {
		plan.Limits = w.Limits
	}
	return plan
}

// Decision is what follows from a wish for a container.
type Decision struct {
	Asked bool    // the wish wants something
	Grant *Limits // to be given to the container; nil to leave it alone
}

// Decide about a container that would start with the present limits. limit is the highest that may be granted. If it is 0,
// nothing is granted: the agent should no longer grant, but the runtime still calls it.
func (w Wish) Decide(present Limits, limit uint64) (decision Decision) {
	if limit == 0 {
		return Decision{}
	}
	given := present
	switch {
	case w.Limits == nil:
	case w.RaiseOnly:
		given = Limits{max(present.Soft, min(w.Limits.Soft, limit)), max(present.Hard, min(w.Limits.Hard, limit))}
	default:
		given = Limits{min(w.Limits.Soft, limit), min(w.Limits.Hard, limit)}
	}
	if w.Maximum > 0 {
		given = Limits{min(given.Soft, w.Maximum), min(given.Hard, w.Maximum)}
	}
	decision.Asked = w.Limits != nil || w.Maximum > 0
	if given != present {
		decision.Grant = &given
	}
	return decision
}
