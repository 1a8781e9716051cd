// Package nri is a plugin of the container runtime (github.com/containerd/nri), that sets RLIMIT_NOFILE of containers
// before they are created.
package nri

import (
	"log/slog"
	"maps"
	"strings"
	"sync"

	"github.com/containerd/nri/pkg/api"

	"wstuning.dev/tuner/internal/openfiles"
)

const nofile = "RLIMIT_NOFILE"

// Wishes returns what is wanted of a container, and what of that was ignored.
type Wishes func(pod *api.PodSandbox, container string) (wish openfiles.Wish, ignored error)

// FromAnnotations has pods say what they want.
func FromAnnotations(pod *api.PodSandbox, container string) (openfiles.Wish, error) {
	return openfiles.FromAnnotations(pod.GetAnnotations(), container)
}

// Policy returns what a container gets without an adjustment, if the runtime does not show that, and the highest limit
// to grant.
type Policy func() (inherited openfiles.Limits, limit uint64)

// plugin decides about containers. It sees each twice: before all other plugins, as the runtime itself made it, and
// after them. The runtime refuses a container for which two plugins set the same limit, so where another one has set
// it, the container is left alone.
type plugin struct {
	pods   Pods
	wishes Wishes
	policy Policy
	log    *slog.Logger

	mutex    sync.Mutex
	pristine pristine
	pending  map[string]attempts // of containers that were granted a limit and have not started yet
	failures int                 // containers that were left alone after their attempts
	other    bool                // another plugin set the limit of the last container that wanted one
	running  grants              // nil before the plugin was connected for the first time
}

// attempts are those of one container to start with a granted limit.
type attempts struct {
	hard  uint64
	count int
}

// enough attempts show that a container does not start because of its grant. One may fail for any reason.
const enough = 2

// pristine is the container that is being created, before any plugin adjusted it. There is never more than one: the
// runtime asks its plugins about one container at a time.
type pristine struct {
	id     string
	limits int
}

func newPlugin(pods Pods, wishes Wishes, policy Policy, log *slog.Logger) *plugin {
	if pods == nil {
		pods = noPods{}
	}
	return &plugin{pods: pods, wishes: wishes, policy: policy, log: log, pending: map[string]attempts{}}
}

// see is called before other plugins are.
func (p *plugin) see(container *api.Container) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.pristine = pristine{container.GetId(), len(limits(container))}
}

// inherited is what a container gets without an adjustment, if the runtime does not show that.
func (p *plugin) inherited() openfiles.Limits {
	limits, _ := p.policy()
	return limits
}

// decide is called after other plugins were. planned is what the pod's plan wants, or nil: what the pod itself wants comes first.
// Nil leaves the container alone.
func (p *plugin) decide(pod *api.PodSandbox, container *api.Container, planned *openfiles.Wish) *openfiles.Limits {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if hard, known := grantOf(container); known { // by another agent of this node, which is about to end
		p.pending[key(pod, container)] = attempts{hard: hard}
		return nil
	}
	present, limit := p.policy()
	set := limits(container)
	if len(set) > 0 {
		present = set[len(set)-1] // the runtime sets one after the other
	}
	wish, ignored := p.wishes(pod, container.GetName())
	if planned != nil {
		wish = wish.Within(*planned)
	}
	decision := wish.Decide(present, limit)
	log := p.log.With("pod", pod.GetNamespace()+"/"+pod.GetName(), "container", container.GetName())
	if ignored != nil {
		log.Warn("ignored a request for open files", "problem", ignored)
	}
	if !decision.Asked {
		return nil
	}
	p.other = len(set) > p.ownLimits(container)
	switch {
	case p.other:
		log.Info("left alone, because another plugin set the open files limit", "soft", present.Soft, "hard", present.Hard)
	case decision.Grant == nil:
	case p.refused(pod, container, decision.Grant.Hard):
		log.Warn("left alone, because it did not start with the open files limit that it was granted", "hard", decision.Grant.Hard)
	default:
		log.Info("granted open files", "soft", decision.Grant.Soft, "hard", decision.Grant.Hard)
		return decision.Grant
	}
	return nil
}

// ownLimits is how many limits the runtime itself set: none if it was not seen, to rather step aside than fail.
func (p *plugin) ownLimits(container *api.Container) int {
	if p.pristine.id == container.GetId() {
		return p.pristine.limits
	}
	return 0
}

// refused reports whether the last attempts to start a container of this name with a granted limit failed for any reason, such
// as a plugin that is called even later. The attempt after those is made without a grant.
func (p *plugin) refused(pod *api.PodSandbox, container *api.Container, hard uint64) bool {
	key := key(pod, container)
	before := p.pending[key]
	if before.count >= enough {
		delete(p.pending, key)
		p.failures++
		return true
	}
	p.pending[key] = attempts{hard, before.count + 1}
	return false
}

func (p *plugin) started(pod *api.PodSandbox, container *api.Container) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	key := key(pod, container)
	if attempt, pending := p.pending[key]; pending {
		p.running[container.GetId()] = grant{container.GetPodSandboxId(), attempt.hard}
		delete(p.pending, key)
	}
}

func (p *plugin) stopped(container *api.Container) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	delete(p.running, container.GetId())
}

func (p *plugin) removed(pod *api.PodSandbox) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	maps.DeleteFunc(p.pending, func(key string, _ attempts) bool { return strings.HasPrefix(key, pod.GetUid()+"/") })
	maps.DeleteFunc(p.running, func(_ string, grant grant) bool { return grant.pod == pod.GetId() })
}

// synchronize learns what runs: nothing was heard of it before.
func (p *plugin) synchronize(containers []*api.Container) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.running = grantsOf(containers)
}

// highestGrant is that of the containers that run, or of those that did when the runtime was last heard.
func (p *plugin) highestGrant() (limit uint64, known bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.running.highest(), p.running != nil
}

// reserved is the highest limit that a container has, or may be about to have.
func (p *plugin) reserved() (limit uint64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	limit = p.running.highest()
	for _, attempt := range p.pending {
		limit = max(limit, attempt.hard)
	}
	return limit
}

// failedStarts counts the containers that did not start with a grant, and were started without.
func (p *plugin) failedStarts() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.failures
}

// connected forgets what may have happened while nothing was heard.
func (p *plugin) connected() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	clear(p.pending)
	p.other = false
}

func (p *plugin) otherPlugin() bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.other
}

func limits(container *api.Container) (found []openfiles.Limits) {
	for _, limit := range container.GetRlimits() {
		if limit.GetType() == nofile {
			found = append(found, openfiles.Limits{Soft: limit.GetSoft(), Hard: limit.GetHard()})
		}
	}
	return found
}

func key(pod *api.PodSandbox, container *api.Container) string {
	return pod.GetUid() + "/" + container.GetName()
}
