package counting

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cilium/ebpf"

	"wstuning.dev/tuner/internal/podtune"
)

// pod implements podtune.Pod.
type pod struct {
	kernel *Kernel
	maps   maps
	// problem is why there are no maps.
	problem error
}

// numbers is a copy of the map of counts.
type numbers [countsSize]byte

func (n numbers) at(offset int) uint64 { return binary.NativeEndian.Uint64(n[offset:]) }

func newCounts() (*ebpf.Map, error) {
	counts, err := ebpf.NewMap(&ebpf.MapSpec{Name: countName, Type: ebpf.Array, KeySize: 4, ValueSize: countsSize, MaxEntries: 1})
	if err != nil {
		return nil, fmt.Errorf("make the map of counts: %w", err)
	}
	var begin numbers
	binary.NativeEndian.PutUint64(begin[since:], uint64(time.Now().UnixNano()))
	if err := counts.Put(uint32(0), begin[:]); err != nil {
		counts.Close()
		return nil, fmt.Errorf("begin to count: %w", err)
	}
	return counts, nil
}

// tries bounds how often a reading is repeated that connections changed in its course.
const tries = 4

// Read returns what was counted, and the options that open connections have now: those of up to MostListed connections, in
// up to mostGroups groups.
func (p *pod) Read() (podtune.Counts, []podtune.Group, error) {
	p.kernel.lock.Lock()
	defer p.kernel.lock.Unlock()
	if p.problem != nil {
		return podtune.Counts{}, nil, fmt.Errorf("connections are not counted: %w", p.problem)
	}
	for try := 1; ; try++ {
		before, err := p.numbers()
		if err != nil {
			return podtune.Counts{}, nil, err
		}
		groups, listed, err := p.kernel.lister.read(p.maps.listed)
		if err != nil {
			return podtune.Counts{}, nil, err
		}
		after, err := p.numbers()
		if err != nil {
			return podtune.Counts{}, nil, err
		}
		if err := agree(before, listed, after); err == nil {
			return after.counts(), p.kernel.lister.inSeconds(groups), nil
		} else if try == tries {
			return podtune.Counts{}, nil, err
		}
	}
}

func (p *pod) numbers() (n numbers, err error) {
	if err := p.maps.counts.Lookup(uint32(0), n[:]); err != nil {
		return n, fmt.Errorf("read the counts: %w", err)
	}
	return n, nil
}

// agree compares the list with the counts: in the course of a reading, connections may have begun and ended. A program
// of others on the pod may have the kernel no longer report what becomes of a connection: then its end is not counted, and it
// counts as open.
func agree(before numbers, listed uint64, after numbers) error {
	least := before.at(listedBegan) - after.at(listedEnded)
	most := after.at(listedBegan) - before.at(listedEnded)
	if int64(listed) < int64(least) || int64(listed) > int64(most) || after.open() < 0 {
		return fmt.Errorf("counts of connections are wrong: %d are open, and %d to %d were counted: does another sock_ops program act on the pod, and clear BPF_SOCK_OPS_STATE_CB_FLAG?",
			listed, int64(least), int64(most))
	}
	return nil
}

func (n numbers) open() int64 {
	return int64(n.at(began) - n.at(endedByPeer) - n.at(endedByServer) - n.at(reset) - n.at(foundDead))
}

func (n numbers) counts() podtune.Counts {
	return podtune.Counts{
		Open:        uint64(n.open()),
		EndedByPeer: n.at(endedByPeer), EndedByServer: n.at(endedByServer), Reset: n.at(reset), FoundDead: n.at(foundDead),
		Since: time.Unix(0, int64(n.at(since))),
	}
}

// inSeconds joins groups that differ by less than a second.
func (l *lister) inSeconds(groups map[group]uint64) (list []podtune.Group) {
	counts := map[podtune.Group]int{}
	for g, count := range groups {
		counts[podtune.Group{
			Port: uint16(g.Port), Keepalive: g.Keepalive != 0, Time: g.Time / l.ticks, Interval: g.Interval / l.ticks, Probes: g.Probes,
			UserTimeoutMillis: g.TimeoutMillis,
		}] += int(count)
	}
	for g, count := range counts {
		g.Count = count
		list = append(list, g)
	}
	return list
}

// sweepEvery bounds what is kept of pods that are gone, and the time that it takes to look for them.
const sweepEvery = time.Minute

// Close ends the use of it by this agent. What acts on the pod stays. What is kept of pods that went earlier is removed: the
// kernel takes programs off a cgroup some time after it is removed.
func (p *pod) Close() error {
	p.kernel.lock.Lock()
	defer p.kernel.lock.Unlock()
	if p.problem == nil {
		p.maps.close()
		p.problem = errors.New("closed")
	}
	if p.kernel.folder == "" || time.Since(p.kernel.swept) < sweepEvery {
		return nil
	}
	return p.kernel.sweep()
}
