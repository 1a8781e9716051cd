package podtune

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/sockopt"
)

// patience is how long the kernel may take for a pod. The container runtime gives up after two seconds.
const patience = time.Second

// retryEvery bounds what a kernel that refuses programs costs.
const retryEvery = time.Minute

// LookAgain has Run look which pods are to be counted now: plans have changed, or the runtime has others. Neither it nor Run calls
// changed: a plan reaches the agents of all nodes in one moment, and these would write their reports together. Each finds what is
// another at its next regular look.
func (k *Keeper) LookAgain() {
	select {
	case k.arrived <- struct{}{}:
	default:
	}
}

// Run attaches to pods whose containers are there already, and every so often to those to which that failed. It returns when the
// context is done.
func (k *Keeper) Run(ctx context.Context) {
	again := time.NewTicker(k.retryEvery)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.arrived:
		case <-again.C:
		}
		for _, p := range k.all() {
			if ctx.Err() == nil {
				k.attachLater(p)
			}
		}
	}
}

func (k *Keeper) all() []*pod {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	pods := make([]*pod, 0, len(k.pods))
	for _, p := range k.pods {
		pods = append(pods, p)
	}
	return pods
}

// attempt is what is wanted of the kernel for a pod.
type attempt struct {
	parent  string
	options sockopt.Options
	sysctls Sysctls
	counted bool // already: only the options are missing
}

// due is false if all is attached to the pod already, or it is not to be counted.
func (k *Keeper) due(p *pod) (wanted attempt, due bool) {
	if p.fresh || p.attaching || p.late || p.attached != nil && (p.gets || !p.options().Wanted()) || k.pods[p.ID] != p || !k.counted(p) {
		return wanted, false
	}
	return attempt{p.CgroupParent, p.options(), p.keepaliveSysctls(k), p.attached != nil}, true
}

// unknown reports whether it is not known yet what becomes of the pod.
func (k *Keeper) unknown(p *pod) bool {
	_, due := k.due(p)
	return p.attaching || due && p.refusal == "" && p.withheld == ""
}

// attach has the pod's connections counted, and given what the plan wants, before its container starts.
func (k *Keeper) attach(p *pod) {
	if wanted, due := k.due(p); due {
		k.settle(p, k.try(wanted))
	}
}

// attachLater does the same without keeping the runtime from creating other containers.
func (k *Keeper) attachLater(p *pod) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	wanted, due := k.due(p)
	if !due {
		return
	}
	p.attaching = true
	k.mutex.Unlock()
	result := k.try(wanted)
	k.mutex.Lock()
	p.attaching = false
	k.settle(p, result)
}

// settle takes over what an attempt came to.
func (k *Keeper) settle(p *pod, r result) {
	before := [2]string{p.refusal, p.withheld}
	switch {
	case r.late != nil:
		p.late = true
		go k.settleLate(p, r.late)
		fallthrough
	case r.pod == nil:
		if p.attached == nil {
			p.refusal = plain(r.refusal)
		}
	case k.pods[p.ID] != p: // it has ended
		r.pod.Close()
		return
	default:
		p.letGo(k) // of what only counted
		p.attached, p.gets, p.refusal = r.pod, r.gets, ""
	}
	p.withheld = plain(r.withheld)
	if after := [2]string{p.refusal, p.withheld}; after != before {
		k.log.Warn("attach to a pod", "pod", p.title(), "problem", p.refusal, "without options", p.withheld)
	}
}

// settleLate has no further attempt made before this one has come to something.
func (k *Keeper) settleLate(p *pod, late <-chan result) {
	r := <-late
	k.mutex.Lock()
	defer k.mutex.Unlock()
	p.late = false
	k.settle(p, r)
}

// plain is the text of an error in one line; empty if there is none.
func plain(err error) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// counted reports whether the pod belongs to a tuning, and its connections to itself.
func (k *Keeper) counted(p *pod) bool {
	switch p.excluded {
	case podplan.Admitted:
		return true
	case podplan.None:
		return p.given != nil || k.owner(p) != nil
	}
	return false
}

// result has a pod, or why there is none.
type result struct {
	pod      Pod
	gets     bool // the options
	refusal  error
	withheld error         // why the connections do not get the options, though they may be counted
	late     <-chan result // will have the result
}

// try gives up waiting for what takes too long.
func (k *Keeper) try(wanted attempt) result {
	if k.host.Kernel == nil {
		return failed(wanted, errors.New(k.host.NoKernel))
	}
	cgroup, err := k.host.Cgroup(wanted.parent)
	if err != nil {
		return failed(wanted, err)
	}
	done := make(chan result, 1)
	go func() { done <- k.attempt(cgroup, wanted) }()
	select {
	case r := <-done:
		return r
	case <-time.After(patience):
		r := failed(wanted, fmt.Errorf("the kernel did not answer within %v", patience))
		r.late = done
		return r
	}
}

// attempt counts the connections also if they cannot get the options.
func (k *Keeper) attempt(cgroup string, wanted attempt) result {
	pod, err := k.host.Kernel.Attach(cgroup, wanted.options, wanted.sysctls)
	if err == nil {
		return result{pod: pod, gets: wanted.options.Wanted()}
	}
	if !wanted.options.Wanted() || wanted.counted {
		return failed(wanted, err)
	}
	if pod, refusal := k.host.Kernel.Attach(cgroup, sockopt.Options{}, wanted.sysctls); refusal == nil {
		return result{pod: pod, withheld: err}
	}
	return failed(wanted, err)
}

func failed(wanted attempt, err error) result {
	r := result{refusal: err}
	if wanted.options.Wanted() {
		r.withheld = err
	}
	return r
}
