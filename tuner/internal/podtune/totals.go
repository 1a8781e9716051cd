package podtune

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	mostTotals = 1000 // tunings that are counted at a time
	mostEnded  = 512  // pods that are not reported any more and still known, because their sandbox may be made again
)

// Totals are what was counted of the pods of each tuning on this node, also of pods that have ended. They only grow, and the next
// agent goes on with them.
type Totals struct {
	mutex    sync.Mutex
	counting bool // an agent that waits for its turn does not
	round    int
	byTuning map[tuning]*total
	last     map[string]latest // by the uid of the pod
}

type tuning struct{ namespace, name string }

type total struct {
	open  uint64
	pods  int
	ended Ended
}

// Ended are the connections that have ended, by what ended them.
type Ended struct{ Peer, Server, Reset, Dead uint64 }

type counted struct {
	of     tuning
	counts Counts
}

// latest is what was added of a pod so far, and when it was read last.
type latest struct {
	since time.Time
	ended Ended
	round int
}

func newTotals() *Totals { return &Totals{byTuning: map[tuning]*total{}, last: map[string]latest{}} }

// update takes what all pods have now.
func (t *Totals) update(now map[string]counted) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.counting = true
	t.round++
	for _, total := range t.byTuning {
		total.open, total.pods = 0, 0
	}
	t.makeRoom(now)
	for uid, pod := range now {
		if total := t.grow(uid, pod); total != nil {
			total.pods++
			total.open += pod.counts.Open
		}
	}
	t.forgetEnded()
}

// ended takes what a pod had at last.
func (t *Totals) ended(uid string, pod counted) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.counting {
		t.grow(uid, pod)
	}
}

// grow adds what is new, regardless of the tuning that had the rest; nil if there is no room for the tuning. Two readings may
// arrive in the other order.
func (t *Totals) grow(uid string, pod counted) *total {
	before := t.last[uid]
	if !before.since.Equal(pod.counts.Since) {
		before = latest{since: pod.counts.Since}
	}
	c, seen := pod.counts, before.ended
	now := Ended{max(seen.Peer, c.EndedByPeer), max(seen.Server, c.EndedByServer), max(seen.Reset, c.Reset), max(seen.Dead, c.FoundDead)}
	t.last[uid] = latest{before.since, now, t.round}
	if _, known := t.byTuning[pod.of]; !known && len(t.byTuning) < mostTotals {
		t.byTuning[pod.of] = &total{}
	}
	total := t.byTuning[pod.of]
	if total == nil {
		return nil
	}
	total.ended.Peer += now.Peer - seen.Peer
	total.ended.Server += now.Server - seen.Server
	total.ended.Reset += now.Reset - seen.Reset
	total.ended.Dead += now.Dead - seen.Dead
	return total
}

// makeRoom forgets tunings without pods if there are new ones and no room.
func (t *Totals) makeRoom(now map[string]counted) {
	present, added := map[tuning]bool{}, 0
	for _, pod := range now {
		if _, known := t.byTuning[pod.of]; !known && !present[pod.of] {
			added++
		}
		present[pod.of] = true
	}
	if len(t.byTuning)+added > mostTotals {
		maps.DeleteFunc(t.byTuning, func(of tuning, _ *total) bool { return !present[of] })
	}
}

// forgetEnded keeps the pods that were read most recently.
func (t *Totals) forgetEnded() {
	ended := slices.DeleteFunc(slices.Collect(maps.Keys(t.last)), func(uid string) bool { return t.last[uid].round == t.round })
	if len(ended) <= mostEnded {
		return
	}
	slices.SortFunc(ended, func(one, other string) int { return cmp.Compare(t.last[one].round, t.last[other].round) })
	for _, uid := range ended[:len(ended)-mostEnded] {
		delete(t.last, uid)
	}
}

func (t *Totals) order() []tuning {
	return slices.SortedFunc(maps.Keys(t.byTuning), func(one, other tuning) int {
		return cmp.Or(cmp.Compare(one.namespace, other.namespace), cmp.Compare(one.name, other.name))
	})
}

// WriteTo writes them in the text format of Prometheus.
func (t *Totals) WriteTo(w io.Writer) (int64, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	order := t.order()
	out := &counter{w: w}
	fmt.Fprint(out, "# HELP wstuning_node_agent_connections_open Connections that servers of the tuning accepted on this node and that are open.\n",
		"# TYPE wstuning_node_agent_connections_open gauge\n")
	for _, of := range order {
		fmt.Fprintf(out, "wstuning_node_agent_connections_open{namespace=%q,tuning=%q} %d\n", of.namespace, of.name, t.byTuning[of].open)
	}
	fmt.Fprint(out, "# HELP wstuning_node_agent_connections_ended_total Connections that ended, by what ended them.\n",
		"# TYPE wstuning_node_agent_connections_ended_total counter\n")
	for _, of := range order {
		total := t.byTuning[of]
		for _, cause := range []struct {
			name  string
			count uint64
		}{{"peer", total.ended.Peer}, {"server", total.ended.Server}, {"reset", total.ended.Reset}, {"dead", total.ended.Dead}} {
			fmt.Fprintf(out, "wstuning_node_agent_connections_ended_total{namespace=%q,tuning=%q,cause=%q} %d\n", of.namespace, of.name, cause.name, cause.count)
		}
	}
	fmt.Fprint(out, "# HELP wstuning_node_agent_pods Pods of the tuning that are counted on this node.\n# TYPE wstuning_node_agent_pods gauge\n")
	for _, of := range order {
		fmt.Fprintf(out, "wstuning_node_agent_pods{namespace=%q,tuning=%q} %d\n", of.namespace, of.name, t.byTuning[of].pods)
	}
	return out.written, out.err
}

// counter remembers the first failure.
type counter struct {
	w       io.Writer
	written int64
	err     error
}

func (c *counter) Write(text []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(text)
	c.written, c.err = c.written+int64(n), err
	return n, err
}
