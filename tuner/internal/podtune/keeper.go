package podtune

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"wstuning.dev/tuner/internal/openfiles"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/sysctl"
)

// Sandbox is a pod as the container runtime shows it.
type Sandbox struct {
	ID, UID, Namespace, Name string
	CgroupParent             string
	Facts                    podplan.Facts
}

// Container is a container of a pod.
type Container struct {
	ID, Name string
	Note     string // what an agent of this node left with it
	Running  bool
	Joined   bool // it looks at the processes of another container, as ephemeral ones do
	Limits   openfiles.Limits
	Sysctls  map[string]string // that it was created with
}

// Host is what the keeper needs of its node.
type Host struct {
	// Plans are those of a namespace; known is false as long as nothing was heard of any.
	Plans func(namespace string) (plans []podplan.Named, known bool)
	// Allowed reports whether the administrator of the cluster lets the agent tune pods on this node.
	Allowed func() bool
	HasKey  func(sysctl.Key) bool
	// Kernel is nil if there is none, which NoKernel explains.
	Kernel   Kernel
	NoKernel string
	// Cgroup is the place of a pod's cgroup, by the parent that the kubelet gave its containers.
	Cgroup func(parent string) (string, error)
}

// Keeper decides about pods when their containers are created, and knows what became of them. The container runtime keeps a
// note with each container, so that the next agent knows it, too.
type Keeper struct {
	Totals  *Totals
	host    Host
	log     *slog.Logger
	changed func()
	arrived chan struct{} // pods that may have to be attached to
	ending  sync.WaitGroup

	retryEvery time.Duration

	mutex        sync.Mutex
	pods         map[string]*pod // by the id of the sandbox
	runtime      Runtime
	synchronized bool
}

// Runtime is the container runtime.
type Runtime struct {
	Name      string // which comes before the ids of containers in the status of a pod
	NoSysctls string // why it cannot set any; empty if it can
}

// NewKeeper knows no pods yet. changed is called when there is something else to report than counts.
func NewKeeper(host Host, log *slog.Logger, changed func()) *Keeper {
	return &Keeper{
		Totals: newTotals(), host: host, log: log, changed: changed, arrived: make(chan struct{}, 1), retryEvery: retryEvery,
		pods: map[string]*pod{}, runtime: Runtime{NoSysctls: "the agent was not connected to the container runtime yet"},
	}
}

// Seen is a pod that the runtime has when the agent connects, with its containers that have not ended.
type Seen struct {
	Sandbox
	Containers []Container
}

// Synchronize learns what there is. Nothing was heard of it before, or something was missed since. It leaves attaching to Run,
// because the container runtime creates no container meanwhile.
func (k *Keeper) Synchronize(seen []Seen, runtime Runtime) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.runtime, k.synchronized = runtime, true
	there := map[string]bool{}
	for _, s := range seen {
		there[s.ID] = true
		k.recall(s)
	}
	for id, p := range k.pods {
		if !there[id] {
			k.drop(id, p)
		}
	}
	k.LookAgain()
}

// recall takes over what is known of the pod from the containers that run in it.
func (k *Keeper) recall(seen Seen) {
	p := k.pod(seen.Sandbox)
	for _, c := range seen.Containers {
		p.fresh = false
		if c.Running {
			p.adopt(c, k)
			p.started(c, k)
		}
	}
	if !p.fresh && p.given == nil && p.because == "" {
		p.because = "was created while no agent served its node"
	}
}

// Removed forgets a pod.
func (k *Keeper) Removed(id string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if p, known := k.pods[id]; known {
		k.drop(id, p)
		k.changed()
	}
}

// drop forgets a pod, and adds what it counted at last to the totals.
func (k *Keeper) drop(id string, p *pod) {
	delete(k.pods, id)
	attached, of := p.attached, tuning{p.Namespace, p.tuning(k.owner(p))}
	if p.attached = nil; attached == nil {
		return
	}
	k.ending.Go(func() { // the runtime waits for this pod to end, and creates others
		if counts, _, err := attached.Read(); err == nil {
			k.Totals.ended(p.UID, counted{of, counts})
		}
		k.close(p, attached)
	})
}

func (p *pod) letGo(k *Keeper) {
	if p.attached != nil {
		k.close(p, p.attached)
	}
	p.attached = nil
}

func (k *Keeper) close(p *pod, attached Pod) {
	if err := attached.Close(); err != nil {
		k.log.Warn("let go of a pod", "pod", p.title(), "problem", err)
	}
}

// Close lets go of all pods, of which the next agent reads what they count. What acts on them stays.
func (k *Keeper) Close() {
	k.mutex.Lock()
	for id, p := range k.pods {
		delete(k.pods, id)
		p.letGo(k)
	}
	k.mutex.Unlock()
	ended := make(chan struct{})
	go func() {
		k.ending.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
	}
}

// pod is the one of this sandbox, which is a new one if it is not known yet.
func (k *Keeper) pod(s Sandbox) *pod {
	p, known := k.pods[s.ID]
	if !known {
		p = &pod{Sandbox: s, fresh: true, excluded: s.Facts.Excluded()}
		k.pods[s.ID] = p
	}
	return p
}

// observer begins the names of the ephemeral containers with which the operator looks at servers.
const observer = "wst-observe-"

// Problem is why pods of this node are not counted, or their connections get no options, though others could; empty if all is done.
func (k *Keeper) Problem() string {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.host.Kernel == nil {
		return ""
	}
	uncounted, withheld := []string{}, []string{}
	noPrograms, _ := k.host.Kernel.Possible()
	for _, p := range k.pods {
		if problem := cmp.Or(p.refusal, p.unread); problem != "" {
			uncounted = append(uncounted, p.title()+": "+problem)
		} else if p.withheld != "" && noPrograms == nil { // else the status of the node has it
			withheld = append(withheld, p.title()+": "+p.withheld)
		}
	}
	return strings.Join(slices.Concat(
		examples("pods that are not counted", uncounted), examples("pods whose connections do not get the options of their plan", withheld)), "; ")
}

func examples(of string, found []string) []string {
	if len(found) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: %d, such as %s", of, len(found), slices.Min(found))}
}

// Sysctls is why the container runtime can set no sysctls of pods; empty if it can.
func (k *Keeper) Sysctls() string {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.runtime.NoSysctls
}

// mayServe reports whether the container may be the pod's server.
func (p *pod) mayServe(c Container, plan podplan.Plan) bool {
	if c.Joined && p.excluded != podplan.SharedProcesses || strings.HasPrefix(c.Name, observer) {
		return false
	}
	return p.Facts.MayServe(plan, c.Name)
}
