package nodesettings

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"wstuning.dev/tuner/internal/nodeapi"
	"wstuning.dev/tuner/internal/sysctl"
)

var (
	seed      = flag.Uint64("seed", 0, "`NUMBER` that the sequences of TestAKilledAgentLosesNoOriginal follow from; 0 takes another one each time")
	sequences = flag.Int("sequences", 10000, "`NUMBER` of sequences of TestAKilledAgentLosesNoOriginal")
)

// killed is what a fuse panics with.
type killed struct{}

// fuse ends the agent after a number of steps.
type fuse struct{ left int }

func (f *fuse) step() {
	if f.left--; f.left == 0 {
		panic(killed{})
	}
}

// mortal is a kernel and a journal. The agent may be killed before and after each step that it takes with them.
type mortal struct {
	*kernel
	*paper
	fuse *fuse
}

func (m mortal) Read(key sysctl.Key) (string, error) {
	m.fuse.step()
	return m.kernel.Read(key)
}

func (m mortal) Apply(setting sysctl.Setting) (*string, error) {
	m.fuse.step()
	defer m.fuse.step()
	return m.kernel.Apply(setting)
}

func (m mortal) Keep(records []Record) error {
	m.fuse.step()
	defer m.fuse.step()
	return m.paper.Keep(records)
}

// survives reports whether the agent did all of it.
func survives(do func()) (survived bool) {
	defer func() {
		if reason := recover(); reason != nil && reason != (killed{}) {
			panic(reason)
		}
	}()
	do()
	return true
}

// sequence is what happens on one node.
type sequence struct {
	random *rand.Rand
	node   mortal
	clock  *clock
	tale   []string
}

// settle has agents settle until one survives. Some are killed, and the kernel refuses some writes.
func (s *sequence) settle(wanted []nodeapi.Sysctl, reserved uint64) {
	for {
		s.node.kernel.refuses = map[string]error{}
		for _, key := range keys {
			if s.random.IntN(20) == 0 {
				s.node.kernel.refuses[key.Name] = fmt.Errorf("no")
			}
		}
		s.node.fuse.left = s.random.IntN(40) // 0 never ends
		s.clock.now = s.clock.now.Add(time.Hour)
		settler := NewSettler(s.node, s.node, s.clock.time)
		survived := survives(func() { settler.Settle(wanted, reserved) })
		s.tale = append(s.tale, fmt.Sprintf("%+v, reserved %d, survived %v: %v %+v", wanted, reserved, survived, s.node.kernel.values, s.node.paper.records))
		if survived {
			return
		}
	}
}

func (s *sequence) wanted() (wanted []nodeapi.Sysctl) {
	for _, key := range keys {
		if s.random.IntN(3) > 0 {
			continue
		}
		policy := nodeapi.AtLeast
		if s.random.IntN(2) == 0 {
			policy = nodeapi.Exactly
		}
		wanted = append(wanted, nodeapi.Sysctl{Name: key.Name, Value: s.value(key), Policy: policy})
	}
	return wanted
}

// value is one of few, so that values meet each other.
func (s *sequence) value(key key) string {
	number := key.Min + uint64(s.random.IntN(4))*1000
	if key.Fields == 3 {
		return fmt.Sprintf("%d %d %d", number, number+uint64(s.random.IntN(3)), number+5)
	}
	return fmt.Sprint(number)
}

// An agent that is killed between any two steps, of any sequence of specs, leaves behind what the next one needs to give each
// key back what it held before all of them.
func TestAKilledAgentLosesNoOriginal(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-seed=%d", *seed)
	kills := 0
	for i := range *sequences {
		random := rand.New(rand.NewPCG(*seed, uint64(i)))
		s := &sequence{random: random, clock: &clock{time.Unix(1000, 0)}}
		originals := map[string]string{}
		for _, key := range keys {
			originals[key.Name] = s.value(key)
		}
		s.node = mortal{&kernel{values: maps.Clone(originals)}, &paper{}, &fuse{}}
		for range 1 + random.IntN(6) {
			s.settle(s.wanted(), uint64(random.IntN(2))*1_049_000)
		}
		kills += len(s.tale)
		s.settle(nil, 0)
		s.node.kernel.refuses, s.node.fuse.left = nil, 0
		NewSettler(s.node, s.node, s.clock.time).Settle(nil, 0)
		if !maps.Equal(s.node.kernel.values, originals) || len(s.node.paper.records) != 0 {
			t.Fatalf("sequence %d of -seed=%d ends with\n%v %+v, and began with\n%v:\n%v", i, *seed, s.node.kernel.values, s.node.paper.records, originals, s.tale)
		}
	}
	if kills < *sequences*3 {
		t.Errorf("only %d runs of the agent", kills)
	}
}
