// Package nodesettings decides what to write to the sysctls of a node, and what to restore. It has no side effects
// except those of the tree and the journal that it is given.
package nodesettings

import (
	"fmt"
	"strconv"
	"strings"

	"wstuning.dev/tuner/internal/sysctl"
)

// key is one sysctl of the node as a whole.
type key struct {
	sysctl.Key
	zeroIsHighest bool   // 0 means no limit
	keepsOriginal bool   // less than the node had could keep it from working
	missing       string // what to do where the kernel does not have it
}

// The closed list: anyone who may write a WebSocketNodeState can reach only these keys. A value below these bounds, which are
// the kernel's defaults or those of a small machine, could break programs of the node, the agent among them.
var keys = []key{
	{Key: sysctl.Key{Name: "fs.file-max", Min: 8192, Max: 1<<63 - 1, Fields: 1, Example: "12000500"}, keepsOriginal: true},
	{Key: sysctl.Key{Name: nrOpen, Min: 1_048_576, Max: 2_147_483_584, Fields: 1, Example: "20000500"}},
	{Key: sysctl.Key{Name: "net.core.netdev_max_backlog", Min: 100, Max: 1<<31 - 1, Fields: 1, Example: "16384"}},
	{Key: sysctl.Key{Name: "net.core.rmem_max", Min: 212_992, Max: 1<<31 - 1, Fields: 1, Example: "16777216"}},
	{Key: sysctl.Key{Name: "net.core.wmem_max", Min: 212_992, Max: 1<<31 - 1, Fields: 1, Example: "16777216"}},
	{Key: sysctl.Key{Name: "net.ipv4.tcp_max_orphans", Min: 256, Max: 1<<31 - 1, Fields: 1, Example: "262144"}},
	{Key: sysctl.Key{Name: "net.ipv4.tcp_mem", Min: 1024, Max: 1<<31 - 1, Fields: 3, Example: "10000000 10000000 10000000"}, keepsOriginal: true},
	{
		Key:           sysctl.Key{Name: Conntrack, Min: 65_536, Max: 1<<31 - 1, Fields: 1, Example: "1048576"},
		zeroIsHighest: true,
		missing:       "load the module nf_conntrack on the node, or remove the setting",
	},
}

// nrOpen bounds the limits of open files of all processes.
const nrOpen = "fs.nr_open"

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

// checkShape reports whether the kernel may be given back this value, which was its own: whole numbers of any size, as many as the
// key has.
func (k key) checkShape(value string) error {
	fields := strings.Split(value, " ")
	for _, field := range fields {
		if _, err := strconv.ParseUint(field, 10, 64); err != nil || len(fields) != k.Fields {
			return fmt.Errorf("%s never had %q", k.Name, value)
		}
	}
	return nil
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
