package podtune

import (
	"fmt"

	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/sysctl"
)

// enough attempts show that a container does not start with the sysctls. One may fail for any reason.
const enough = 2

// given is the plan that a pod got, and what became of it.
type given struct {
	tuning    string
	plan      podplan.Plan
	work      podplan.Work
	filesOnly bool // the pod is excluded from the rest

	values []*string // what the settings hold; nil if one was not set
	errors []report.SettingError
	set    bool // a container started with the sysctls: they last as long as the pod

	trying    string // the id of the container that is created with the sysctls
	attempts  int    // that did not end in a start
	abandoned bool   // the sysctls, because a container did not start with them
}

// sysctls are those that a container must be created with now; none once they are set.
func (p *pod) sysctls(container string, k *Keeper) map[string]string {
	g := p.given
	if g.filesOnly || g.set || len(g.work.Settings) == 0 {
		return nil
	}
	wanted := map[string]string{}
	g.errors = nil
	g.abandoned = g.attempts >= enough && !g.work.Hold
	for i, setting := range g.work.Settings {
		if problem := p.cannot(setting.Key, k); problem != "" {
			g.errors = append(g.errors, report.SettingError{At: i, Message: setting.Key.Name + ": " + problem})
		} else {
			wanted[setting.Key.Name] = setting.Value
		}
	}
	g.attempts++
	if len(wanted) == 0 {
		g.trying, g.attempts = "", 0
		return nil
	}
	g.trying = container
	return wanted
}

// cannot is why a key is not set; empty if it is.
func (p *pod) cannot(key sysctl.Key, k *Keeper) string {
	switch {
	case p.Facts.HasUserNamespace():
		return "the pod has a user namespace of its own (hostUsers: false)"
	case k.runtime.NoSysctls != "":
		return k.runtime.NoSysctls
	case !k.host.HasKey(key):
		return "the node's kernel does not have it"
	case p.given.abandoned:
		return fmt.Sprintf("a container failed to start with the sysctls %d times, and then was created without them", enough)
	}
	return ""
}

// started compares what the container was created with.
func (g *given) started(c Container) {
	if g.trying != c.ID {
		return
	}
	failed := map[int]bool{}
	for _, problem := range g.errors {
		failed[problem.At] = true
	}
	for i, setting := range g.work.Settings {
		if failed[i] {
			continue
		}
		value, has := c.Sysctls[setting.Key.Name]
		switch {
		case !has:
			g.errors = append(g.errors, report.SettingError{At: i, Message: setting.Key.Name + ": the container runtime did not set it"})
		case value != setting.Value:
			g.errors = append(g.errors, report.SettingError{At: i, Message: fmt.Sprintf("%s: wanted %s, another plugin of the container runtime set %s", setting.Key.Name, setting.Value, value)})
			fallthrough
		default:
			g.values[i] = &value
		}
	}
	g.set, g.trying, g.attempts = true, "", 0
}
