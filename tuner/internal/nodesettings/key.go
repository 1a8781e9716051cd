// Package nodesettings decides what to write to the sysctls of a node, and what to restore. It has no side effects
// except those of the tree that it is given.
package nodesettings

import (
	"strconv"
	"strings"

	"wstuning.dev/tuner/internal/sysctl"
)

// key is one sysctl of the node as a whole.
type key struct {
	sysctl.Key
	zeroIsHighest bool   // 0 means no limit
	missing       string // what to do where the kernel does not have it
}

// The closed list: anyone who may write a WebSocketNodeState can reach only these keys.
var keys = []key{
	{Key: sysctl.Key{Name: "fs.file-max", Min: 8192, Max: 1_000_000_000_000_000, Fields: 1, Example: "12000500"}},
	{Key: sysctl.Key{Name: "fs.nr_open", Min: 1024, Max: 1_073_741_816, Fields: 1, Example: "20000500"}},
	{Key: sysctl.Key{Name: "net.core.netdev_max_backlog", Min: 100, Max: 10_000_000, Fields: 1, Example: "16384"}},
	{Key: sysctl.Key{Name: "net.core.rmem_max", Min: 4608, Max: 1<<31 - 1, Fields: 1, Example: "16777216"}},
	{Key: sysctl.Key{Name: "net.core.wmem_max", Min: 4608, Max: 1<<31 - 1, Fields: 1, Example: "16777216"}},
	{Key: sysctl.Key{Name: "net.ipv4.tcp_max_orphans", Min: 256, Max: 1<<31 - 1, Fields: 1, Example: "262144"}},
	{Key: sysctl.Key{Name: "net.ipv4.tcp_mem", Min: 1024, Max: 1<<31 - 1, Fields: 3, Example: "10000000 10000000 10000000"}},
	{
		Key:           sysctl.Key{Name: Conntrack, Min: 1024, Max: 1<<31 - 1, Fields: 1, Example: "1048576"},
		zeroIsHighest: true,
		missing:       "load the module nf_conntrack on the node, or remove the setting",
	},
}

// Conntrack is the number of connections that the node tracks. The key is there once the module is loaded.
const Conntrack = "net.netfilter.nf_conntrack_max"

// Keys returns the closed list, ordered by name.
func Keys() []sysctl.Key {
	all := make([]sysctl.Key, len(keys))
	for i, key := range keys {
		all[i] = key.Key
	}
	return all
}

func lookup(name string) (key, bool) {
	for _, key := range keys {
		if key.Name == name {
			return key, true
		}
	}
	return key{}, false
}

func names() string {
	all := make([]string, len(keys))
	for i, key := range keys {
		all[i] = key.Name
	}
	return strings.Join(all, ", ")
}

// raise returns the higher of two values, field by field, so that no part of it is lowered.
func (k key) raise(present, wanted string) string {
	have, want := strings.Fields(present), strings.Fields(wanted)
	if len(have) != len(want) {
		return wanted
	}
	for i := range have {
		if k.higher(have[i], want[i]) {
			want[i] = have[i]
		}
	}
	return strings.Join(want, " ")
}

func (k key) higher(one, other string) bool {
	a, errA := strconv.ParseUint(one, 10, 64)
	b, errB := strconv.ParseUint(other, 10, 64)
	if errA != nil || errB != nil {
		return false
	}
	if k.zeroIsHighest && (a == 0 || b == 0) {
		return a == 0
	}
	return a > b
}
