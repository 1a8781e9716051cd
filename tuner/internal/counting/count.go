package counting

import (
	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"
)

// license is what the programs of this package may be used under: the kernel lets no others read its structures.
const license = "Dual BSD/GPL"

const countName = "wst_count"

// Operations and states of connections in include/uapi/linux/bpf.h.
const (
	passiveEstablished = 5
	stateChanges       = 10
	tellStates         = 1 << 2 // BPF_SOCK_OPS_STATE_CB_FLAG

	established = 1
	synReceived = 3
	finWait1    = 4
	closeWait   = 8
)

// Offsets in struct bpf_sock_ops of the same file.
const (
	opsOperation = 0
	opsOld       = 4
	opsNew       = 8
	opsFlags     = 84
	opsSocket    = 184
)

// mark is what the programs of package bpf set on accepted connections, too: an option that means something for listeners
// alone. A program of others may have the kernel report the states of connections that the pod opened.
const mark = unix.TCP_SAVE_SYN

// Where in the value of the map of counts each number is, eight bytes each. A copy is made from the first to the last: so
// what began is read after what ended, and no copy has more ends than beginnings.
const (
	endedByPeer = iota * 8
	endedByServer
	reset
	foundDead
	listedEnded
	listedBegan
	began
	since
	countsSize
)

// maps are those of one pod.
type maps struct {
	counts *ebpf.Map
	listed *ebpf.Map // the storage of sockets, by which their options are found
}

// countProgram counts the connections that the servers of a cgroup accept, from when they are established to when they
// leave that state. It lists up to most of the open ones, because the list takes memory for each.
//
// In C:
//
//	int wst_count(struct bpf_sock_ops *ctx)
//	{
//		struct tcp_sock *tcp;
//		int one = 1;
//
//		if (!ctx->sk)
//			return 1;
//		if (ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
//			bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
//			bpf_setsockopt(ctx, SOL_TCP, mark, &one, 4);
//			counts.began++;
//			if (counts.listedBegan - counts.listedEnded < most && bpf_sk_storage_get(&listed, ctx->sk, 0, CREATE))
//				counts.listedBegan++;
//			return 1;
//		}
//		if (ctx->op != BPF_SOCK_OPS_STATE_CB || ctx->args[1] == BPF_TCP_ESTABLISHED ||
//		    (ctx->args[0] != BPF_TCP_ESTABLISHED && ctx->args[0] != BPF_TCP_SYN_RECV)) // with Fast Open
//			return 1;
//		tcp = bpf_skc_to_tcp_sock(ctx->sk);
//		if (!tcp || !(tcp->save_syn))
//			return 1;
//		if (bpf_sk_storage_delete(&listed, ctx->sk) == 0)
//			counts.listedEnded++;
//		if (ctx->args[1] == BPF_TCP_CLOSE_WAIT)
//			counts.endedByPeer++;
//		else if (ctx->args[1] == BPF_TCP_FIN_WAIT1 || tcp->sk_err == 0 || tcp->sk_err == ECONNABORTED)
//			counts.endedByServer++;
//		else if (tcp->sk_err == ECONNRESET)
//			counts.reset++;
//		else
//			counts.foundDead++;
//		return 1;
//	}
//
// A server that closes with unread data, or without lingering, leaves no error yet, and ss --kill leaves ECONNABORTED.
// What finds a peer dead (tcp_write_err in net/ipv4/tcp_timer.c) leaves ETIMEDOUT, or what a router last reported.
func countProgram(l layout, m maps, most int32) *ebpf.ProgramSpec {
	program := asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.LoadMem(asm.R7, asm.R6, opsSocket, asm.DWord),
		asm.JEq.Imm(asm.R7, 0, "done"),
		asm.LoadMapValue(asm.R9, m.counts.FD(), 0),
		asm.LoadMem(asm.R1, asm.R6, opsOperation, asm.Word),
		asm.JEq.Imm(asm.R1, stateChanges, "state"),
		asm.JNE.Imm(asm.R1, passiveEstablished, "done"),

		asm.LoadMem(asm.R2, asm.R6, opsFlags, asm.Word),
		asm.Or.Imm(asm.R2, tellStates),
		asm.Mov.Reg(asm.R1, asm.R6),
		asm.FnSockOpsCbFlagsSet.Call(),
		asm.StoreImm(asm.RFP, -4, 1, asm.Word),
		asm.Mov.Reg(asm.R1, asm.R6),
		asm.Mov.Imm(asm.R2, unix.SOL_TCP),
		asm.Mov.Imm(asm.R3, mark),
		asm.Mov.Reg(asm.R4, asm.RFP),
		asm.Add.Imm(asm.R4, -4),
		asm.Mov.Imm(asm.R5, 4),
		asm.FnSetsockopt.Call(),
	}
	program = append(program, add(began)...)
	program = append(program,
		asm.LoadMem(asm.R1, asm.R9, listedBegan, asm.DWord),
		asm.LoadMem(asm.R2, asm.R9, listedEnded, asm.DWord),
		asm.Sub.Reg(asm.R1, asm.R2),
		asm.JSGE.Imm(asm.R1, most, "done"),
		asm.LoadMapPtr(asm.R1, m.listed.FD()),
		asm.Mov.Reg(asm.R2, asm.R7),
		asm.Mov.Imm(asm.R3, 0),
		asm.Mov.Imm(asm.R4, 1), // BPF_SK_STORAGE_GET_F_CREATE
		asm.FnSkStorageGet.Call(),
		asm.JEq.Imm(asm.R0, 0, "done"))
	program = append(program, add(listedBegan)...)
	program = append(program,
		asm.Ja.Label("done"),

		asm.LoadMem(asm.R8, asm.R6, opsNew, asm.Word).WithSymbol("state"),
		asm.JEq.Imm(asm.R8, established, "done"),
		asm.LoadMem(asm.R1, asm.R6, opsOld, asm.Word),
		asm.JEq.Imm(asm.R1, established, "ended"),
		asm.JNE.Imm(asm.R1, synReceived, "done"),
		asm.Mov.Reg(asm.R1, asm.R7).WithSymbol("ended"),
		asm.FnSkcToTcpSock.Call(),
		asm.JEq.Imm(asm.R0, 0, "done"),
		l.mark.load(asm.R1, asm.R0),
		asm.And.Imm(asm.R1, l.markMask),
		asm.JEq.Imm(asm.R1, 0, "done"),
		l.failure.load(asm.R6, asm.R0),
		asm.LoadMapPtr(asm.R1, m.listed.FD()),
		asm.Mov.Reg(asm.R2, asm.R7),
		asm.FnSkStorageDelete.Call(),
		asm.JNE.Imm(asm.R0, 0, "unlisted"))
	program = append(program, add(listedEnded)...)
	program = append(program,
		asm.JEq.Imm(asm.R8, closeWait, "peer").WithSymbol("unlisted"),
		asm.JEq.Imm(asm.R8, finWait1, "server"),
		asm.JEq.Imm(asm.R6, 0, "server"),
		asm.JEq.Imm(asm.R6, int32(unix.ECONNABORTED), "server"),
		asm.JEq.Imm(asm.R6, int32(unix.ECONNRESET), "reset"))
	for _, end := range []struct {
		name   string
		number int16
	}{{"dead", foundDead}, {"peer", endedByPeer}, {"server", endedByServer}, {"reset", reset}} {
		block := add(end.number)
		block[0] = block[0].WithSymbol(end.name)
		program = append(program, append(block, asm.Ja.Label("done"))...)
	}
	program = append(program, asm.Mov.Imm(asm.R0, 1).WithSymbol("done"), asm.Return())
	return &ebpf.ProgramSpec{
		Name: countName, Type: ebpf.SockOps, AttachType: ebpf.AttachCGroupSockOps, License: license, Instructions: program,
	}
}

// add counts one in the value that R9 points to.
func add(number int16) asm.Instructions {
	return asm.Instructions{
		asm.Mov.Imm(asm.R1, 1),
		asm.AddAtomic.Mem(asm.R9, asm.R1, asm.DWord, number),
	}
}

func (f field) load(to, from asm.Register) asm.Instruction {
	return asm.LoadMem(to, from, f.offset, f.size)
}
