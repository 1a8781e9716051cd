package podplan

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// Set has the plans of all namespaces.
type Set struct {
	mutex       sync.Mutex
	known       bool
	byNamespace map[string][]Named
}

// NewSet has none, and does not know whether there are any.
func NewSet() *Set { return &Set{byNamespace: map[string][]Named{}} }

// Of returns the plans of a namespace, which are not to be changed. known is false until Replace was called.
func (s *Set) Of(namespace string) (plans []Named, known bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.byNamespace[namespace], s.known
}

// Known reports whether Replace was called.
func (s *Set) Known() bool {
	_, known := s.Of("")
	return known
}

// All returns the plans by their namespaces.
func (s *Set) All() map[string][]Named {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return maps.Clone(s.byNamespace)
}

// Replace takes all plans from a function, which is called while nothing else changes them.
func (s *Set) Replace(all func() map[string][]Named) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.byNamespace, s.known = map[string][]Named{}, true
	for namespace, plans := range all() {
		s.byNamespace[namespace] = slices.SortedFunc(slices.Values(plans), byName)
	}
}

// Put adds a plan, or replaces the one of that name.
func (s *Set) Put(namespace string, plan Named) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.byNamespace[namespace] = slices.SortedFunc(slices.Values(append(s.without(namespace, plan.Name), plan)), byName)
}

// Remove drops the plan of that name.
func (s *Set) Remove(namespace, name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if rest := s.without(namespace, name); len(rest) > 0 {
		s.byNamespace[namespace] = rest
	} else {
		delete(s.byNamespace, namespace)
	}
}

// without makes a new list, because others may read the present one.
func (s *Set) without(namespace, name string) []Named {
	return slices.Collect(func(yield func(Named) bool) {
		for _, plan := range s.byNamespace[namespace] {
			if plan.Name != name && !yield(plan) {
				return
			}
		}
	})
}

func byName(one, other Named) int { return cmp.Compare(one.Name, other.Name) }
