package podplan

import "slices"

// Selector has the meaning of metav1.LabelSelector, except that an empty one selects nothing.
type Selector struct {
	MatchLabels      map[string]string `json:"matchLabels,omitempty"`
	MatchExpressions []Requirement     `json:"matchExpressions,omitempty"`
}

// Requirement is a condition on one label.
type Requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

// Matches reports whether a pod with these labels is selected.
func (s Selector) Matches(labels map[string]string) bool {
	for key, wanted := range s.MatchLabels {
		if value, has := labels[key]; !has || value != wanted {
			return false
		}
	}
	for _, requirement := range s.MatchExpressions {
		if !requirement.matches(labels) {
			return false
		}
	}
	return len(s.MatchLabels)+len(s.MatchExpressions) > 0
}

// matches is false for operators of a newer version: what is not understood selects nothing.
func (r Requirement) matches(labels map[string]string) bool {
	value, has := labels[r.Key]
	switch r.Operator {
	case "In":
		return has && slices.Contains(r.Values, value)
	case "NotIn":
		return !has || !slices.Contains(r.Values, value)
	case "Exists":
		return has
	case "DoesNotExist":
		return !has
	}
	return false
}
