package nodesettings

import "time"

const (
	firstPause   = time.Minute
	longestPause = time.Hour
	shown        = 10 * time.Second // a drift stays that long before it is undone, so that someone hears of it
)

// pace is how often one key was written lately.
type pace struct {
	aim     string // what was wanted of the key
	at      time.Time
	pause   time.Duration // until the next write with the same aim
	problem string        // of the last write
	drifted time.Time     // when the value was first seen to have changed since
}

// paces keep two programs that both write a key from doing so again and again. The first write is made at once, and the
// second soon after the value has drifted; the third a minute after that, then each after twice as long, up to an hour.
type paces struct {
	now   func() time.Time
	byKey map[string]pace
}

// due reports whether the key may be written now, and otherwise what came of the last write.
func (p paces) due(name, aim string) (last pace, due bool) {
	last, known := p.byKey[name]
	if !known || last.aim != aim {
		return last, true
	}
	if last.drifted.IsZero() {
		last.drifted = p.now()
		p.byKey[name] = last
	}
	seen := last.problem != "" || p.now().Sub(last.drifted) >= shown
	return last, seen && p.now().Sub(last.at) >= last.pause
}

func (p paces) wrote(name, aim, problem string) {
	last, known := p.byKey[name]
	next := pace{aim: aim, at: p.now(), problem: problem}
	switch {
	case problem != "" && (!known || last.aim != aim):
		next.pause = firstPause
	case !known || last.aim != aim || next.at.Sub(last.at) > 2*longestPause:
	default:
		next.pause = min(max(2*last.pause, firstPause), longestPause)
	}
	p.byKey[name] = next
}
