package podtune

import "strconv"

// unset are the values of a new network namespace: TCP_KEEPALIVE_TIME, _INTVL and _PROBES in the kernel's include/net/tcp.h.
var unset = Sysctls{Time: 7200, Interval: 75, Probes: 9}

// keepaliveSysctls are those that the pod will have when its servers start.
func (p *pod) keepaliveSysctls(k *Keeper) Sysctls {
	values := unset
	if p.given == nil || p.given.filesOnly {
		return values
	}
	for _, setting := range p.given.work.Settings {
		number, err := strconv.ParseInt(setting.Value, 10, 32)
		if err != nil || p.cannot(setting.Key, k) != "" {
			continue
		}
		switch setting.Key.Name {
		case "net.ipv4.tcp_keepalive_time":
			values.Time = int32(number)
		case "net.ipv4.tcp_keepalive_intvl":
			values.Interval = int32(number)
		case "net.ipv4.tcp_keepalive_probes":
			values.Probes = int32(number)
		}
	}
	return values
}
