package bpf

import (
	"fmt"
	"slices"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/sockopt"
)

const setsockoptName = "wst_setsockopt"

// Offsets in the kernel's struct bpf_sockopt and struct bpf_sock (include/uapi/linux/bpf.h).
const (
	sockoptSocket = 0
	sockoptValue  = 8
	sockoptEnd    = 16
	sockoptLevel  = 24
	sockoptName   = 28
	sockoptLength = 32
	sockFamily    = 4
	sockProtocol  = 12
	sockState     = 72
)

// Values that the program may leave in bpf_sockopt.optlen.
const (
	swallowed = -1 // the call ends here, with success
	untouched = 0  // the kernel reads what the application wrote
)

// mostLength is the least size of a page, with which the kernel's copy of an option ends. Kernels before 6.5 fail a longer
// call unless the program leaves untouched.
const mostLength = 4096

// Places in the program.
const (
	known   = "known"
	tcp     = "tcp"
	judge   = "judge"
	hidden  = "hidden"
	pass    = "pass"
	swallow = "swallow"
	end     = "end"
)

// setsockopt swallows calls that would loosen a wanted option of an accepted connection beyond what is wanted. What it
// does not understand, the kernel judges.
//
// Listeners are left alone because established decides what connections inherit. Connections that an application opens
// itself are left alone too: they lack the mark. Kernels before 6.1 do not show it; there all connections are guarded.
//
// Sockets of other protocols are left alone: UDP, UNIX, MPTCP. So are connections that the kernel encrypts (kTLS), if it
// does not show the mark for that reason: then it shows no other option of TCP either.
//
// In C, with the block for each wanted option:
//
//	int wst_setsockopt(struct bpf_sockopt *ctx)
//	{
//		int marked = 0;
//		u32 value;
//
//		if (ctx->optlen < 4 || ctx->optval + 4 > ctx->optval_end)
//			goto pass;
//		value = *(u32 *)ctx->optval;
//		if ((ctx->sk->family != AF_INET && ctx->sk->family != AF_INET6) || ctx->sk->protocol != IPPROTO_TCP)
//			goto pass;
//		if (ctx->sk->state == BPF_TCP_CLOSE || ctx->sk->state == BPF_TCP_LISTEN ||
//		    ctx->sk->state == BPF_TCP_SYN_SENT)
//			goto pass;
//		if (ctx->level == SOL_TCP) {
//			// for each wanted option
//			if (ctx->optname == name) {
//				if ((s32)value >= least && (s32)value <= most && value - 1 > wanted - 1)
//					goto judge;
//				goto pass;
//			}
//		} else if (keepalive && ctx->level == SOL_SOCKET && ctx->optname == SO_KEEPALIVE && value == 0) {
//			goto judge;
//		}
//	pass:
//		if (ctx->optlen > mostLength)
//			ctx->optlen = untouched;
//		return 1;
//	judge:
//		if (bpf_getsockopt(ctx->sk, SOL_TCP, mark, &marked, 4) == 0) {
//			if (!marked)
//				goto pass;
//		} else if (bpf_getsockopt(ctx->sk, SOL_TCP, TCP_CONGESTION, &marked, 4) != 0) {
//			goto pass;
//		}
//		ctx->optlen = swallowed;
//		return 1;
//	}
func setsockopt(options sockopt.Options, sysctls Sysctls) *ebpf.ProgramSpec {
	program := loadCall()
	if options.Keepalive != nil {
		program = append(program,
			asm.JNE.Imm(asm.R1, unix.SOL_SOCKET, pass),
			asm.JNE.Imm(asm.R9, unix.SO_KEEPALIVE, pass),
			asm.JEq.Imm32(asm.R7, 0, judge))
	}
	program = append(program, asm.Ja.Label(pass), label(tcp))
	for _, option := range wantedOptions(options, sysctls) {
		program = append(program, option.guard()...)
	}
	program = append(program, asm.Ja.Label(pass))
	program = append(program, verdict()...)
	return &ebpf.ProgramSpec{
		Name: setsockoptName, Type: ebpf.CGroupSockopt, AttachType: ebpf.AttachCGroupSetsockopt, License: license, Instructions: program,
	}
}

// loadCall leaves the context in R6, the value in R7, the socket in R8, the level in R1 and the option's name in R9.
func loadCall() asm.Instructions {
	return asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.LoadMem(asm.R1, asm.R6, sockoptLength, asm.Word),
		asm.JSLT.Imm32(asm.R1, 4, pass),
		asm.LoadMem(asm.R1, asm.R6, sockoptValue, asm.DWord),
		asm.LoadMem(asm.R2, asm.R6, sockoptEnd, asm.DWord),
		asm.Mov.Reg(asm.R3, asm.R1),
		asm.Add.Imm(asm.R3, 4),
		asm.JGT.Reg(asm.R3, asm.R2, pass),
		// In halves of a little-endian machine: as one, verifiers of some architectures call it misaligned.
		asm.LoadMem(asm.R7, asm.R1, 2, asm.Half),
		asm.LSh.Imm(asm.R7, 16),
		asm.LoadMem(asm.R2, asm.R1, 0, asm.Half),
		asm.Or.Reg(asm.R7, asm.R2),
		asm.LoadMem(asm.R8, asm.R6, sockoptSocket, asm.DWord),
		asm.LoadMem(asm.R1, asm.R8, sockFamily, asm.Word),
		asm.JEq.Imm(asm.R1, unix.AF_INET, known),
		asm.JNE.Imm(asm.R1, unix.AF_INET6, pass),
		asm.LoadMem(asm.R1, asm.R8, sockProtocol, asm.Word).WithSymbol(known),
		asm.JNE.Imm(asm.R1, unix.IPPROTO_TCP, pass),
		asm.LoadMem(asm.R1, asm.R8, sockState, asm.Word),
		asm.JEq.Imm(asm.R1, unix.BPF_TCP_CLOSE, pass),
		asm.JEq.Imm(asm.R1, unix.BPF_TCP_LISTEN, pass),
		asm.JEq.Imm(asm.R1, unix.BPF_TCP_SYN_SENT, pass),
		asm.LoadMem(asm.R1, asm.R6, sockoptLevel, asm.Word),
		asm.LoadMem(asm.R9, asm.R6, sockoptName, asm.Word),
		asm.JEq.Imm(asm.R1, unix.SOL_TCP, tcp),
	}
}

// guard decides about a call for this option. Values are compared less one and unsigned, so that
// a user timeout of 0, which is none, is the loosest.
func (o option) guard() asm.Instructions {
	next := fmt.Sprintf("after_%d", o.name)
	return asm.Instructions{
		asm.JNE.Imm(asm.R9, o.name, next),
		asm.JSLT.Imm32(asm.R7, o.least, pass),
		asm.JSGT.Imm32(asm.R7, o.most, pass),
		asm.Sub.Imm32(asm.R7, 1),
		asm.JGT.Imm32(asm.R7, o.wanted-1, judge),
		asm.Ja.Label(pass),
		label(next),
	}
}

// verdict judges a looser value by the mark, and ends the program.
func verdict() asm.Instructions {
	return slices.Concat(asm.Instructions{label(judge)}, readOption(asm.R8, mark), asm.Instructions{
		asm.JNE.Imm(asm.R0, 0, hidden),
		asm.LoadMem(asm.R1, asm.RFP, scratch, asm.Word),
		asm.JNE.Imm(asm.R1, 0, swallow),
		asm.Ja.Label(pass),
		label(hidden),
	}, readOption(asm.R8, unix.TCP_CONGESTION), asm.Instructions{
		asm.JEq.Imm(asm.R0, 0, swallow),
		asm.LoadMem(asm.R1, asm.R6, sockoptLength, asm.Word).WithSymbol(pass),
		asm.JSLE.Imm32(asm.R1, mostLength, end),
		asm.Mov.Imm(asm.R1, untouched),
		asm.StoreMem(asm.R6, sockoptLength, asm.R1, asm.Word),
		asm.Ja.Label(end),
		asm.Mov.Imm(asm.R1, swallowed).WithSymbol(swallow),
		asm.StoreMem(asm.R6, sockoptLength, asm.R1, asm.Word),
		asm.Mov.Imm(asm.R0, 1).WithSymbol(end),
		asm.Return(),
	})
}
