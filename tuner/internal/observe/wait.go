package observe

import (
	"slices"
	"time"
)

const (
	// pollInterval is how often the sockets are listed while the server does not listen.
	pollInterval = 200 * time.Millisecond
	// rest bounds the share of time that goes into looking at descriptors meanwhile.
	rest = 10
	// declaredPatience is how long ports are waited for that the container declares. Some never listen.
	declaredPatience = time.Minute
	// unclearPatience is how long the server has to open another port if those that listen may be another container's.
	unclearPatience = time.Minute
	// startSettle is what a server has that begins to listen, until it has started its workers.
	startSettle = time.Second
)

// wait returns the scene in which the named ports listen, or the server does on any port, or the scene at the end of the
// wait. Ports that the container only declares are waited for no longer than declaredPatience, and nothing is if it is unclear
// whose the ports are that listen, and there was no new one for unclearPatience.
func (o *Observer) wait(request Request) scene {
	start := time.Now()
	seen := map[uint32]bool{} // listeners whose owners were looked for
	latest := start           // when there was a new one, or the scene was found to be clear
	for begins := false; ; begins = true {
		named := request.named()
		found, err := o.listListeners(named)
		if err != nil {
			o.blind = err
			return o.look(listening{}, request)
		}
		waited := time.Since(start)
		patient := len(request.Ports) > 0 || len(request.Declared) > 0 && waited < declaredPatience
		last := waited >= request.Wait
		before := time.Now()
		changed := !patient && found.hasNew(seen)
		if changed {
			latest = before
		}
		quiet := !patient && before.Sub(latest) >= unclearPatience
		enough := len(named) > 0 && found.all(named) || !patient && found.any(named)
		if last || enough || changed || quiet {
			scene := o.look(found, request)
			if last || enough || len(scene.claims.Server) > 0 || quiet && scene.claims.Unclear > 0 {
				if last || !begins {
					return scene
				}
				return o.settled(scene, request)
			}
			if quiet {
				latest = before
			}
		}
		time.Sleep(min(max(pollInterval, rest*time.Since(before)), request.Wait-waited))
	}
}

// settled is the scene a moment after the server began to listen.
func (o *Observer) settled(before scene, request Request) scene {
	time.Sleep(startSettle)
	found, err := o.listListeners(request.named())
	if err != nil {
		return before
	}
	return o.look(found, request)
}

// hasNew reports whether there are listeners that were not seen before, and sees them.
func (l listening) hasNew(seen map[uint32]bool) bool {
	before := len(seen)
	for _, listeners := range l {
		for _, listener := range listeners {
			seen[listener.Inode] = true
		}
	}
	return len(seen) > before
}

// named are the ports that must be looked at: those that the request names, or else those that the container declares.
func (r Request) named() []uint16 {
	if len(r.Ports) > 0 {
		return r.Ports
	}
	return r.Declared
}

// probes reports whether the observer may connect to the port. Next to named ports, others are listed only.
func (r Request) probes(number uint16) bool {
	return r.Probe && (len(r.named()) == 0 || slices.Contains(r.named(), number))
}
