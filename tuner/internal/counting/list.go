package counting

import (
	"errors"
	"fmt"
	"io"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
)

const listName = "wst_list"

// mostGroups bounds what one reading returns. Connections of further groups are in none.
const mostGroups = 256

// lister reads the options of listed connections as they are at that moment, in groups of equal values: of one pod at a time.
type lister struct {
	program *ebpf.Program
	groups  *ebpf.Map // from group to how many connections it has
	number  *ebpf.Map // how many connections were met
	// ticks are the kernel's for a second, in which it keeps the times.
	ticks uint32
}

// group is what the program writes. The times are in ticks.
type group struct {
	Port, Keepalive, Time, Interval, Probes, TimeoutMillis uint32
}

const groupSize = 6 * 4

// Offsets in struct bpf_iter__bpf_sk_storage_map of the kernel's net/core/bpf_sk_storage.c.
const iterSocket = 16

// newLister loads the program. It groups inside of the kernel, because an iterator that has much to write is
// interrupted, and may then meet a connection twice or never.
//
// In C:
//
//	int wst_list(struct bpf_iter__bpf_sk_storage_map *ctx)
//	{
//		struct sock *sk = ctx->sk;
//		struct tcp_sock *tcp;
//		struct net *net;
//		struct group group = {};
//		u64 one = 1, *count;
//
//		if (!sk || (sk->state != TCP_ESTABLISHED && sk->state != TCP_SYN_RECV))
//			return 0;
//		tcp = bpf_skc_to_tcp_sock(sk);
//		if (!tcp)
//			return 0;
//		number++;
//		net = sk->net;
//		group.port = sk->num;
//		group.keepalive = sk->flags & keepalive;
//		group.time = tcp->keepalive_time ?: net->ipv4.sysctl_tcp_keepalive_time;
//		// ... and so the interval and the probes
//		group.timeout = tcp->icsk_user_timeout;
//		count = bpf_map_lookup_elem(&groups, &group);
//		if (count)
//			(*count)++;
//		else
//			bpf_map_update_elem(&groups, &group, &one, BPF_ANY);
//		return 0;
//	}
func newLister(l layout) (*lister, error) {
	groups, err := ebpf.NewMap(&ebpf.MapSpec{Name: listName, Type: ebpf.Hash, KeySize: groupSize, ValueSize: 8, MaxEntries: mostGroups})
	if err != nil {
		return nil, fmt.Errorf("make the map of groups: %w", err)
	}
	number, err := ebpf.NewMap(&ebpf.MapSpec{Name: listName, Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: 1})
	if err != nil {
		groups.Close()
		return nil, fmt.Errorf("make the map of a number: %w", err)
	}
	program, err := ebpf.NewProgram(listProgram(l, groups, number))
	if err != nil {
		groups.Close()
		number.Close()
		return nil, fmt.Errorf("load %s: %w", listName, err)
	}
	return &lister{program: program, groups: groups, number: number}, nil
}

func listProgram(l layout, groups, number *ebpf.Map) *ebpf.ProgramSpec {
	const key, one = -groupSize, -groupSize - 8
	program := asm.Instructions{
		asm.LoadMem(asm.R6, asm.R1, iterSocket, asm.DWord),
		asm.JEq.Imm(asm.R6, 0, "done"),
		l.state.load(asm.R1, asm.R6),
		asm.JEq.Imm(asm.R1, established, "open"),
		asm.JNE.Imm(asm.R1, synReceived, "done"),
		asm.Mov.Reg(asm.R1, asm.R6).WithSymbol("open"),
		asm.FnSkcToTcpSock.Call(),
		asm.JEq.Imm(asm.R0, 0, "done"),
		asm.Mov.Reg(asm.R7, asm.R0),
		asm.LoadMapValue(asm.R9, number.FD(), 0),
		asm.Mov.Imm(asm.R1, 1),
		asm.AddAtomic.Mem(asm.R9, asm.R1, asm.DWord, 0),
		l.network.load(asm.R8, asm.R6),
		l.port.load(asm.R1, asm.R6),
		asm.StoreMem(asm.RFP, key, asm.R1, asm.Word),
		l.flags.load(asm.R1, asm.R6),
		asm.And.Imm(asm.R1, l.keepaliveMask),
		asm.JEq.Imm(asm.R1, 0, "off"),
		asm.Mov.Imm(asm.R1, 1),
		asm.StoreMem(asm.RFP, key+4, asm.R1, asm.Word).WithSymbol("off"),
	}
	for _, value := range []struct {
		name       string
		own, other field
		at         int16
	}{
		{"time", l.time, l.netTime, key + 8},
		{"interval", l.interval, l.netInterval, key + 12},
		{"probes", l.probes, l.netProbes, key + 16},
	} {
		program = append(program,
			value.own.load(asm.R1, asm.R7),
			asm.JNE.Imm(asm.R1, 0, value.name),
			value.other.load(asm.R1, asm.R8),
			asm.StoreMem(asm.RFP, value.at, asm.R1, asm.Word).WithSymbol(value.name))
	}
	program = append(program,
		l.timeout.load(asm.R1, asm.R7),
		asm.StoreMem(asm.RFP, key+20, asm.R1, asm.Word),
		asm.LoadMapPtr(asm.R1, groups.FD()),
		asm.Mov.Reg(asm.R2, asm.RFP),
		asm.Add.Imm(asm.R2, key),
		asm.FnMapLookupElem.Call(),
		asm.JEq.Imm(asm.R0, 0, "first"),
		asm.Mov.Imm(asm.R1, 1),
		asm.AddAtomic.Mem(asm.R0, asm.R1, asm.DWord, 0),
		asm.Ja.Label("done"),
		asm.Mov.Imm(asm.R1, 1).WithSymbol("first"),
		asm.StoreMem(asm.RFP, one, asm.R1, asm.DWord),
		asm.LoadMapPtr(asm.R1, groups.FD()),
		asm.Mov.Reg(asm.R2, asm.RFP),
		asm.Add.Imm(asm.R2, key),
		asm.Mov.Reg(asm.R3, asm.RFP),
		asm.Add.Imm(asm.R3, one),
		asm.Mov.Imm(asm.R4, 0),
		asm.FnMapUpdateElem.Call(),
		asm.Mov.Imm(asm.R0, 0).WithSymbol("done"),
		asm.Return())
	return &ebpf.ProgramSpec{
		Name: listName, Type: ebpf.Tracing, AttachType: ebpf.AttachTraceIter, AttachTo: "bpf_sk_storage_map", License: license,
		Instructions: program,
	}
}

// read returns the groups of the connections that the map lists, and how many it lists: with more than mostGroups, the
// groups have fewer.
func (l *lister) read(listed *ebpf.Map) (groups map[group]uint64, number uint64, err error) {
	if err := l.number.Put(uint32(0), uint64(0)); err != nil {
		return nil, 0, fmt.Errorf("set the number of connections to 0: %w", err)
	}
	failure := l.run(listed)
	if groups, err = l.drain(); errors.Join(failure, err) != nil {
		return nil, 0, fmt.Errorf("list connections: %w", errors.Join(failure, err))
	}
	if err := l.number.Lookup(uint32(0), &number); err != nil {
		return nil, 0, fmt.Errorf("read the number of connections: %w", err)
	}
	return groups, number, nil
}

// drain empties the map of groups.
func (l *lister) drain() (groups map[group]uint64, err error) {
	groups = map[group]uint64{}
	var key group
	var count uint64
	entries := l.groups.Iterate()
	for entries.Next(&key, &count) {
		groups[key] = count
	}
	err = entries.Err()
	for key := range groups {
		err = errors.Join(err, l.groups.Delete(key))
	}
	return groups, err
}

func (l *lister) run(listed *ebpf.Map) error {
	attached, err := link.AttachIter(link.IterOptions{Program: l.program, Map: listed})
	if err != nil {
		return err
	}
	defer attached.Close()
	run, err := attached.Open()
	if err != nil {
		return err
	}
	defer run.Close()
	_, err = io.Copy(io.Discard, run) // it writes nothing: to read is to run
	return err
}

func (l *lister) close() {
	l.program.Close()
	l.groups.Close()
	l.number.Close()
}
