package main

import (
	"context"
	"hash/fnv"
	"reflect"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/version"
)

// reportEvery bounds how often a report of pods is written, and slowest how rarely new counts are.
const (
	reportEvery = 10 * time.Second
	slowest     = time.Hour
)

// podReporter writes the report of the pods, if it is another than the last one.
type podReporter struct {
	pods    *pods
	every   time.Duration
	hash    uint64    // of the node's name
	wrote   time.Time // or tried to
	looked  time.Time
	turn    int64 // of the counts, in which the report was written
	written *nodeapi.ReportStatus
	owner   types.UID // of the report that was written, which goes with it
}

// newPodReporter has each node begin at another moment, so that agents that started together do not write together.
func newPodReporter(p *pods, name string, now time.Time) *podReporter {
	hash := fnv.New64a()
	hash.Write([]byte(name))
	r := &podReporter{pods: p, every: p.options.reportEvery, hash: hash.Sum64()}
	r.wrote = now.Add(r.spread(r.every) - r.every)
	return r
}

// spread is this node's moment within a duration.
func (r *podReporter) spread(within time.Duration) time.Duration {
	return time.Duration(r.hash % uint64(within))
}

// look is called often, and by the agent whose turn it is. A change of counts alone waits until the next regular look, and then
// until their turn. It returns whether counts were read.
func (r *podReporter) look(ctx context.Context, node *nodeapi.Node, now time.Time) (read bool) {
	if now.Sub(r.wrote) < r.every || !r.pods.touched.Load() && now.Sub(r.looked) < r.every {
		return false
	}
	if !r.pods.keeper.Complete() {
		return false
	}
	r.pods.touched.Store(false)
	r.looked = now
	about, left := r.pods.keeper.Report()
	status := nodeapi.ReportStatus{BootID: r.pods.boot, AgentVersion: version.Version, Left: left, Pods: about}
	turn := r.turnOfCounts(node.Spec.Pods, now)
	if r.written != nil && r.owner == node.UID && !due(*r.written, status, turn != r.turn) {
		return true
	}
	r.wrote, r.turn = now, turn
	if err := r.pods.client.PutReport(ctx, node, status); err != nil {
		r.written = nil
		if ctx.Err() == nil {
			r.pods.log.Error("report pods", "problem", err)
		}
		return true
	}
	r.written, r.owner = &status, node.UID
	return true
}

// turnOfCounts numbers the times at which counts alone may be written. They are the node's own, so that a change that reaches all
// nodes in one moment does not have them write their counts together from then on.
func (r *podReporter) turnOfCounts(wanted *nodeapi.Pods, now time.Time) int64 {
	every := r.every
	if wanted != nil {
		every = max(every, time.Duration(min(wanted.CountsEverySeconds, int64(slowest/time.Second)))*time.Second)
	}
	return (now.UnixNano() - int64(r.spread(every))) / int64(every)
}

// due reports whether one report is another than the one before it, apart from counts if it is not their turn.
func due(before, now nodeapi.ReportStatus, counts bool) bool {
	if !counts {
		before, now = uncounted(before), uncounted(now)
	}
	return !reflect.DeepEqual(before, now)
}

// uncounted leaves out what traffic changes.
func uncounted(status nodeapi.ReportStatus) nodeapi.ReportStatus {
	status.Pods = slices.Clone(status.Pods)
	for i := range status.Pods {
		pod := &status.Pods[i]
		pod.Sockets, pod.OthersSockets = nil, 0
		if pod.Connections != nil {
			pod.Connections = &nodeapi.Connections{Since: pod.Connections.Since}
		}
	}
	return status
}

// reports ticks as often as it makes sense to look whether a report is due; never in an agent that does not tune pods.
func (a *agent) reports() (ticks <-chan time.Time, stop func()) {
	if a.pods == nil {
		return nil, func() {}
	}
	a.reporter = newPodReporter(a.pods, a.name, time.Now())
	ticker := time.NewTicker(a.pods.options.reportEvery / 10)
	return ticker.C, ticker.Stop
}

// reportPods needs what the report belongs to.
func (a *agent) reportPods(ctx context.Context, now time.Time) {
	if node, seen := a.latest(); seen && a.writer != nil && (node.Spec.Pods != nil || a.reporter.written != nil) {
		if a.reporter.look(ctx, node, now) {
			a.pods.keepTotals()
		}
	}
}
