package podtune

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/podplan"
	"wstuning.dev/tuner/internal/report"
	"wstuning.dev/tuner/internal/rlimit"
	"wstuning.dev/tuner/internal/version"
)

const (
	mostPods   = 512     // of a report
	mostGroups = 8       // of a pod
	podBytes   = 2048    // of a pod, as JSON: groups are left out from the end until it fits, except the first one
	mostBytes  = 1 << 20 // of all pods: the API server's store takes no more than 1.5 MiB
)

// Report is about the pods of this node that belong to a tuning, by namespace and name, and how many more there are.
func (k *Keeper) Report() (pods []nodeapi.PodReport, left int) {
	pods = []nodeapi.PodReport{} // and never nil, which a merge patch would take for a field to remove
	counts := map[string]counted{}
	for _, p := range k.all() {
		if about, belongs := k.about(p); belongs {
			k.count(p, &about, counts)
			pods = append(pods, about)
		}
	}
	k.Totals.update(counts)
	slices.SortFunc(pods, func(one, other nodeapi.PodReport) int {
		return cmp.Or(cmp.Compare(one.Namespace, other.Namespace), cmp.Compare(one.Name, other.Name), cmp.Compare(one.UID, other.UID))
	})
	pods = slices.CompactFunc(pods, func(one, other nodeapi.PodReport) bool { return one.UID == other.UID }) // the sandbox was made again
	room := fitting(pods)
	return pods[:room], len(pods) - room
}

// Complete reports whether a report is true of all pods. Until then the one of the agent before stays: a pod that is missing, or
// whose programs were not looked at yet, would pass for one that was not tuned.
func (k *Keeper) Complete() bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if _, known := k.host.Plans(""); !known || !k.synchronized {
		return false
	}
	for _, p := range k.pods {
		if k.unknown(p) {
			return false
		}
	}
	return true
}

// fitting is how many of the pods a report has room for.
func fitting(pods []nodeapi.PodReport) int {
	bytes := 0
	for i := range pods {
		bytes += size(&pods[i]) + 1
		if i == mostPods || bytes > mostBytes {
			return i
		}
	}
	return len(pods)
}

func (k *Keeper) about(p *pod) (about nodeapi.PodReport, belongs bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if p.fresh || p.Facts.Static() { // the API server knows static pods by another uid
		return about, false
	}
	about = nodeapi.PodReport{UID: p.UID, Namespace: p.Namespace, Name: p.Name, Container: p.server}
	owner := k.owner(p)
	switch {
	case p.given != nil && !p.given.filesOnly:
		about.Tuning, about.Plan, about.Arguments = p.given.tuning, p.given.plan.Hash, p.given.plan.Arguments
		about.Boot = p.boot()
	case owner != nil && owner.Via == podplan.NodeAgent && owner.Tunes():
		about.Tuning = owner.Name
		about.Problem = nodeapi.Message("the pod " + p.because)
	case owner == nil && p.excluded != podplan.Admitted:
		return about, false
	}
	return about, true
}

// boot is what an init container would report; empty until a container has started.
func (p *pod) boot() string {
	if p.limits == nil {
		return ""
	}
	limits := rlimit.Limits{Soft: p.limits.Soft, Hard: p.limits.Hard}
	boot := report.Boot{
		Format: report.Format, Kind: report.KindBoot, Tuner: version.Version, Plan: p.given.plan.Hash, Nofile: limits,
		Values: p.given.values, Errors: p.given.errors,
	}
	if p.options().Wanted() {
		boot.Sockets = &report.Outcome{By: report.Programs, Done: p.attached != nil && p.gets, Error: p.withheld}
	}
	return string(boot.JSON())
}

// tuning is the one in whose metrics the pod counts.
func (p *pod) tuning(owner *podplan.Named) string {
	switch {
	case p.given != nil:
		return p.given.tuning
	case owner != nil:
		return owner.Name
	}
	return p.Facts.AdmittedBy()
}

// count adds what the kernel counts. What cannot be read is left out.
func (k *Keeper) count(p *pod, about *nodeapi.PodReport, all map[string]counted) {
	k.mutex.Lock()
	attached, of := p.attached, tuning{p.Namespace, p.tuning(k.owner(p))}
	k.mutex.Unlock()
	if attached == nil {
		return
	}
	if _, none := k.host.Kernel.Possible(); none != nil {
		return // which the status of the node shows
	}
	counts, groups, err := attached.Read()
	if k.couldRead(p, err) {
		all[p.UID] = counted{of, counts}
		add(about, counts, groups)
	}
}

// couldRead remembers why not.
func (k *Keeper) couldRead(p *pod, err error) bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	before := p.unread
	p.unread = ""
	if err == nil {
		return true
	}
	if p.unread = err.Error(); p.unread != before {
		k.log.Warn("read what is counted of a pod", "pod", p.title(), "problem", err)
	}
	return false
}

func add(about *nodeapi.PodReport, counts Counts, groups []Group) {
	about.Connections = &nodeapi.Connections{
		Since: counts.Since.UTC().Truncate(time.Second), Open: counts.Open, EndedByPeer: counts.EndedByPeer, EndedByServer: counts.EndedByServer,
		Reset: counts.Reset, FoundDead: counts.FoundDead,
	}
	slices.SortFunc(groups, func(one, other Group) int {
		return cmp.Or(-cmp.Compare(one.Count, other.Count), cmp.Compare(one.Port, other.Port), cmp.Compare(one.Time, other.Time),
			cmp.Compare(one.Interval, other.Interval), cmp.Compare(one.Probes, other.Probes), cmp.Compare(one.UserTimeoutMillis, other.UserTimeoutMillis))
	})
	listed := 0
	for _, group := range groups {
		about.Sockets = append(about.Sockets, nodeapi.SocketGroup(group))
		listed += group.Count
	}
	// The kernel lists a part of many connections, and counts all. Some may end between the two.
	about.OthersSockets = max(0, int(counts.Open)-listed)
	for len(about.Sockets) > mostGroups || len(about.Sockets) > 1 && size(about) > podBytes {
		last := len(about.Sockets) - 1
		about.OthersSockets += about.Sockets[last].Count
		about.Sockets = about.Sockets[:last]
	}
}

func size(about *nodeapi.PodReport) int {
	text, err := json.Marshal(about)
	if err != nil {
		return 0
	}
	return len(text)
}
