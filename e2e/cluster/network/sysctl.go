package network

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Setting is a kernel setting and its value.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// changed are the settings that a node changes: it forwards packets, which resets the two after it, the kubelet sets those
// that follow, a WebSocketNodeTuning those after them, and the modern node the last. Their order is the order of restoring.
var changed = []string{
	"net/ipv4/ip_forward",
	"net/ipv4/conf/all/accept_redirects",
	"net/ipv4/conf/default/forwarding",
	"vm/overcommit_memory",
	"vm/panic_on_oom",
	"kernel/panic",
	"kernel/panic_on_oops",
	"kernel/keys/root_maxkeys",
	"kernel/keys/root_maxbytes",
	"fs/nr_open",
	"fs/file-max",
	"net/netfilter/nf_conntrack_max",
	"net/ipv4/tcp_mem",
	"net/ipv4/tcp_max_orphans",
	"net/core/netdev_max_backlog",
	"net/core/rmem_max",
	"net/core/wmem_max",
	"vm/max_map_count",
}

// ReadSettings returns the present values of all settings that a node changes.
func ReadSettings() []Setting {
	var settings []Setting
	for _, key := range changed {
		// One that this kernel lacks is not changed either.
		if value, err := os.ReadFile(filepath.Join("/proc/sys", key)); err == nil {
			settings = append(settings, Setting{Key: key, Value: strings.TrimSpace(string(value))})
		}
	}
	return settings
}

// Forward lets the machine forward packets between pods.
func Forward() error {
	return write(Setting{Key: "net/ipv4/ip_forward", Value: "1"})
}

// AllowMappings lets each process of the machine have at least that many memory mappings: user-mode Linux has one for each page of a
// guest's process that does not follow the one before.
func AllowMappings(count int) error {
	present, err := os.ReadFile("/proc/sys/vm/max_map_count")
	if err != nil {
		return fmt.Errorf("read how many memory mappings a process may have: %w", err)
	}
	if number, err := strconv.Atoi(strings.TrimSpace(string(present))); err == nil && number >= count {
		return nil
	}
	return write(Setting{Key: "vm/max_map_count", Value: strconv.Itoa(count)})
}

// RestoreSettings writes back values that were read before.
func RestoreSettings(before []Setting) error {
	var failures []error
	for _, setting := range before {
		failures = append(failures, write(setting))
	}
	return errors.Join(failures...)
}

func write(setting Setting) error {
	file := filepath.Join("/proc/sys", setting.Key)
	present, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && strings.TrimSpace(string(present)) == setting.Value {
		return nil
	}
	if err := os.WriteFile(file, []byte(setting.Value), 0); err != nil {
		return fmt.Errorf("set %s to %s: %w", strings.ReplaceAll(setting.Key, "/", "."), setting.Value, err)
	}
	return nil
}
