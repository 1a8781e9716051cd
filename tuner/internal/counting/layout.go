package counting

import (
	"fmt"
	"slices"

	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
)

// field is a place in one of the kernel's structures.
type field struct {
	offset int16
	size   asm.Size
}

// layout is where this kernel keeps what the programs read. It differs between kernels; the verifier compares each
// place with the same description.
type layout struct {
	// In struct tcp_sock.
	failure                         field // sk_err
	time, interval, probes, timeout field
	mark                            field // TCP_SAVE_SYN
	markMask                        int32
	// In struct sock.
	state, port, flags, network field
	keepaliveMask               int32
	// In struct net: what holds for sockets that have none of their own.
	netTime, netInterval, netProbes field
}

// readLayout reads the description of itself that the kernel has in /sys/kernel/btf/vmlinux (BTF).
func readLayout() (l layout, err error) {
	kernel, err := btf.LoadKernelSpec()
	if err != nil {
		return l, fmt.Errorf("this kernel has no description of its structures (BTF): %w", err)
	}
	for _, place := range []struct {
		at        *field
		structure string
		path      []string
	}{
		{&l.failure, "tcp_sock", []string{"inet_conn", "icsk_inet", "sk", "sk_err"}},
		{&l.time, "tcp_sock", []string{"keepalive_time"}},
		{&l.interval, "tcp_sock", []string{"keepalive_intvl"}},
		{&l.probes, "tcp_sock", []string{"keepalive_probes"}},
		{&l.timeout, "tcp_sock", []string{"inet_conn", "icsk_user_timeout"}},
		{&l.state, "sock", []string{"__sk_common", "skc_state"}},
		{&l.port, "sock", []string{"__sk_common", "skc_num"}},
		{&l.flags, "sock", []string{"__sk_common", "skc_flags"}},
		{&l.network, "sock", []string{"__sk_common", "skc_net", "net"}},
		{&l.netTime, "net", []string{"ipv4", "sysctl_tcp_keepalive_time"}},
		{&l.netInterval, "net", []string{"ipv4", "sysctl_tcp_keepalive_intvl"}},
		{&l.netProbes, "net", []string{"ipv4", "sysctl_tcp_keepalive_probes"}},
	} {
		var root *btf.Struct
		if err := kernel.TypeByName(place.structure, &root); err != nil {
			return l, fmt.Errorf("look up struct %s of this kernel: %w", place.structure, err)
		}
		if *place.at, err = find(root, place.path); err != nil {
			return l, fmt.Errorf("struct %s of this kernel: %w", place.structure, err)
		}
	}
	var flags *btf.Enum
	if err := kernel.TypeByName("sock_flags", &flags); err != nil {
		return l, fmt.Errorf("look up enum sock_flags of this kernel: %w", err)
	}
	i := slices.IndexFunc(flags.Values, func(v btf.EnumValue) bool { return v.Name == "SOCK_KEEPOPEN" })
	if i < 0 || flags.Values[i].Value > 30 {
		return l, fmt.Errorf("enum sock_flags of this kernel has no usable SOCK_KEEPOPEN")
	}
	l.keepaliveMask = 1 << flags.Values[i].Value
	return l, l.readMark(kernel)
}

// readMark finds a part of a byte.
func (l *layout) readMark(kernel *btf.Spec) error {
	var root *btf.Struct
	if err := kernel.TypeByName("tcp_sock", &root); err != nil {
		return fmt.Errorf("look up struct tcp_sock of this kernel: %w", err)
	}
	i := slices.IndexFunc(root.Members, func(m btf.Member) bool { return m.Name == "save_syn" })
	if i < 0 {
		return fmt.Errorf("struct tcp_sock of this kernel: no member save_syn")
	}
	m := root.Members[i]
	if shift := m.Offset % 8; m.BitfieldSize > 0 && shift+m.BitfieldSize <= 8 && m.Offset/8 < 1<<15 {
		l.mark, l.markMask = field{int16(m.Offset / 8), asm.Byte}, (1<<m.BitfieldSize-1)<<shift
		return nil
	}
	return fmt.Errorf("save_syn in struct tcp_sock of this kernel has %d bits at bit %d", m.BitfieldSize, m.Offset)
}

// find follows the names of members. Structures without a name are looked through.
func find(within btf.Type, path []string) (field, error) {
	var offset uint32
	for _, name := range path {
		m, at, found := member(within, name)
		if !found {
			return field{}, fmt.Errorf("no member %s", name)
		}
		offset, within = offset+at, btf.UnderlyingType(m)
	}
	bytes, err := btf.Sizeof(within)
	if err != nil {
		return field{}, err
	}
	size, known := map[int]asm.Size{1: asm.Byte, 2: asm.Half, 4: asm.Word, 8: asm.DWord}[bytes]
	if !known || offset > 1<<15-1 {
		return field{}, fmt.Errorf("%s has %d bytes at %d", path[len(path)-1], bytes, offset)
	}
	return field{int16(offset), size}, nil
}

func member(within btf.Type, name string) (of btf.Type, offset uint32, found bool) {
	var members []btf.Member
	switch t := within.(type) {
	case *btf.Struct:
		members = t.Members
	case *btf.Union:
		members = t.Members
	}
	for _, m := range members {
		if m.Name == name {
			return m.Type, m.Offset.Bytes(), true
		}
		if m.Name == "" {
			if of, at, found := member(btf.UnderlyingType(m.Type), name); found {
				return of, m.Offset.Bytes() + at, true
			}
		}
	}
	return nil, 0, false
}
