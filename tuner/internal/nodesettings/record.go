package nodesettings

import "slices"

// Record is what is known of a key that was written since the node booted, or is about to be.
type Record struct {
	Name     string `json:"name"`
	Original string `json:"original"`          // before the first write
	Written  string `json:"written,omitempty"` // what the key held after the last write that was seen to be made
	Writing  string `json:"writing,omitempty"` // what a write under way gives it: the agent may end before or after that
}

// ours reports whether the key holds what we wrote, and nothing else has changed it since.
func (r Record) ours(value string) bool {
	return value != "" && (value == r.Written || value == r.Writing)
}

// holding is the record of a key that is seen to hold a value of ours, or what it held before all writes.
func (r Record) holding(value string) Record {
	if r.ours(value) {
		r.Written, r.Writing = value, ""
	}
	return r
}

// Journal keeps records on the node: another agent comes after this one.
type Journal interface {
	Records() []Record
	// Keep replaces the records. They outlive the agent when it returns without an error.
	Keep(records []Record) error
}

// with replaces the record of a key.
func with(records []Record, record Record) []Record {
	changed := slices.Clone(records)
	for i := range changed {
		if changed[i].Name == record.Name {
			changed[i] = record
			return changed
		}
	}
	return append(changed, record)
}

// without drops the record of a key.
func without(records []Record, name string) []Record {
	return slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return r.Name == name })
}

func find(records []Record, name string) Record {
	for _, record := range records {
		if record.Name == name {
			return record
		}
	}
	return Record{Name: name}
}
