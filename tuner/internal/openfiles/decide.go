package openfiles

import "fmt"

// Decision is what follows from the annotations of a pod for one container.
type Decision struct {
	Asked   bool    // the annotations want something
	Grant   *Limits // to be given to the container; nil to leave it alone
	Problem error   // what of the annotations was ignored, and why
}

// Decide about a container that would start with the present limits. limit is the highest that may be granted.
//
// Pods of the operator are only raised, and then lowered to their maximum if they have one. Others get exactly what
// they want, as from the ulimit-adjuster, but no more than the limit. If the limit is 0, nothing is granted: the agent
// should no longer grant, but the runtime still calls it.
func Decide(annotations map[string]string, container string, present Limits, limit uint64) (decision Decision) {
	if limit == 0 {
		return Decision{}
	}
	asked, err := wanted(annotations, container)
	if err != nil {
		decision.Problem = fmt.Errorf("annotation %s%s: %w", ulimits, container, err)
	}
	_, isTuned := annotations[tuned]
	given := present
	switch {
	case asked == nil:
	case isTuned:
		given = Limits{max(present.Soft, min(asked.Soft, limit)), max(present.Hard, min(asked.Hard, limit))}
	default:
		given = Limits{min(asked.Soft, limit), min(asked.Hard, limit)}
	}
	most := uint64(0)
	if isTuned {
		most, err = highest(annotations, container)
		if err != nil {
			decision.Problem = fmt.Errorf("annotation %s: %w", maximum, err)
		}
	}
	if most > 0 {
		given = Limits{min(given.Soft, most), min(given.Hard, most)}
	}
	decision.Asked = asked != nil || most > 0
	if given != present {
		decision.Grant = &given
	}
	return decision
}
