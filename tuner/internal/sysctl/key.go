// Package sysctl holds the closed list of keys that the tuner writes and reads, the values they take,
// and the tree under /proc/sys where they live.
package sysctl

import "strings"

// Key is one sysctl of the network namespace: Fields whole numbers, each from Min to Max, in ascending order
// when there are several. The bounds are those of the kernel's net/ipv4/sysctl_net_ipv4.c, or narrower.
type Key struct {
	Name    string `json:"key"`
	Min     uint64 `json:"min"`
	Max     uint64 `json:"max"`
	Fields  int    `json:"fields"`
	Example string `json:"example"`
}

var keys = []Key{
	{"net.core.somaxconn", 1, 1<<31 - 1, 1, "16384"},
	{"net.ipv4.ip_local_port_range", 1024, 65535, 2, "1024 65535"},
	{"net.ipv4.tcp_fin_timeout", 1, 2147483, 1, "30"},
	{"net.ipv4.tcp_keepalive_intvl", 1, 32767, 1, "10"},
	{"net.ipv4.tcp_keepalive_probes", 1, 127, 1, "5"},
	{"net.ipv4.tcp_keepalive_time", 1, 32767, 1, "300"},
	{"net.ipv4.tcp_max_syn_backlog", 1, 1<<31 - 1, 1, "16384"},
	{"net.ipv4.tcp_max_tw_buckets", 1, 1<<31 - 1, 1, "262144"},
	{"net.ipv4.tcp_notsent_lowat", 1, 1<<32 - 1, 1, "131072"},
	{"net.ipv4.tcp_retries2", 3, 255, 1, "8"},
	{"net.ipv4.tcp_rmem", 1024, 1<<31 - 1, 3, "4096 131072 6291456"},
	{"net.ipv4.tcp_rto_max_ms", 1000, 120000, 1, "5000"},
	{"net.ipv4.tcp_slow_start_after_idle", 0, 1, 1, "0"},
	{"net.ipv4.tcp_syn_retries", 1, 127, 1, "4"},
	{"net.ipv4.tcp_syncookies", 0, 2, 1, "1"},
	{"net.ipv4.tcp_tw_reuse", 0, 2, 1, "1"},
	{"net.ipv4.tcp_wmem", 1024, 1<<31 - 1, 3, "4096 16384 4194304"},
}

// Keys returns the closed list, ordered by name.
func Keys() []Key { return append([]Key(nil), keys...) }

// Lookup finds the key of exactly that name.
func Lookup(name string) (Key, bool) {
	for _, key := range keys {
		if key.Name == name {
			return key, true
		}
	}
	return Key{}, false
}

func names() string {
	all := make([]string, len(keys))
	for i, key := range keys {
		all[i] = key.Name
	}
	return strings.Join(all, ", ")
}
