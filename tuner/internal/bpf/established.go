package bpf

import (
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"

	"wstuning.dev/tuner/internal/sockopt"
)

const establishedName = "wst_established"

// passiveEstablished is BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB: a connection that a listener received is established, and
// accept(2) has not returned it yet.
const passiveEstablished = 5

// mark is an option that means something for listeners alone. With Override, established sets it on accepted
// connections, by which setsockopt knows them from those that the application opened.
const mark = unix.TCP_SAVE_SYN

// scratch is where on the stack an int is handed to the kernel and back.
const scratch = -4

// established sets the options on a connection before its server gets it.
//
// What it then has is inherited from the listener: a value other than the sysctl's was set there by the application. It stays, or
// with Override stays where it is stricter. A kernel that does not show options (before 6.1) leaves no such choice.
// What the application sets after accept(2) is not this program's business.
//
// In C, with the block for each wanted option, and what depends on options decided when the program is made:
//
//	int wst_established(struct bpf_sock_ops *ctx)
//	{
//		int value;
//
//		if (ctx->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
//			return 1;
//		{ // for each wanted option
//			value = 0;
//			if (bpf_getsockopt(ctx, SOL_TCP, name, &value, 4) != 0 || value == unset ||
//			    (override && (u32)value > wanted)) {
//				value = wanted;
//				bpf_setsockopt(ctx, SOL_TCP, name, &value, 4);
//			}
//		}
//		if (keepalive) {
//			value = 1;
//			bpf_setsockopt(ctx, SOL_SOCKET, SO_KEEPALIVE, &value, 4);
//		}
//		if (override) {
//			value = 1;
//			bpf_setsockopt(ctx, SOL_TCP, mark, &value, 4);
//		}
//		return 1;
//	}
func established(options sockopt.Options, sysctls Sysctls) *ebpf.ProgramSpec {
	const done = "done"
	program := asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.LoadMem(asm.R1, asm.R6, 0, asm.Word), // bpf_sock_ops.op
		asm.JNE.Imm(asm.R1, passiveEstablished, done),
	}
	for _, option := range wantedOptions(options, sysctls) {
		set, next := fmt.Sprintf("set_%d", option.name), fmt.Sprintf("after_%d", option.name)
		program = append(program, readOption(asm.R6, option.name)...)
		program = append(program,
			asm.JNE.Imm(asm.R0, 0, set),
			asm.LoadMem(asm.R1, asm.RFP, scratch, asm.Word),
			asm.JEq.Imm32(asm.R1, option.unset, set))
		if options.Override {
			program = append(program, asm.JLE.Imm32(asm.R1, option.wanted, next))
		} else {
			program = append(program, asm.Ja.Label(next))
		}
		program = append(program, asm.Mov.Reg(asm.R1, asm.R6).WithSymbol(set))
		program = append(program, setOption(unix.SOL_TCP, option.name, option.wanted)...)
		program = append(program, label(next))
	}
	if options.Keepalive != nil {
		program = append(program, asm.Mov.Reg(asm.R1, asm.R6))
		program = append(program, setOption(unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1)...)
	}
	if options.Override {
		program = append(program, asm.Mov.Reg(asm.R1, asm.R6))
		program = append(program, setOption(unix.SOL_TCP, mark, 1)...)
	}
	program = append(program, asm.Mov.Imm(asm.R0, 1).WithSymbol(done), asm.Return())
	return &ebpf.ProgramSpec{
		Name: establishedName, Type: ebpf.SockOps, AttachType: ebpf.AttachCGroupSockOps, License: license, Instructions: program,
	}
}

// setOption calls bpf_setsockopt on the context or socket in R1.
func setOption(level, name, value int32) asm.Instructions {
	return append(asm.Instructions{asm.StoreImm(asm.RFP, scratch, int64(value), asm.Word)},
		callOption(level, name, asm.FnSetsockopt)...)
}

// readOption calls bpf_getsockopt on a context or socket. R0 is 0 when scratch holds the value.
func readOption(socket asm.Register, name int32) asm.Instructions {
	return append(asm.Instructions{
		asm.StoreImm(asm.RFP, scratch, 0, asm.Word),
		asm.Mov.Reg(asm.R1, socket),
	}, callOption(unix.SOL_TCP, name, asm.FnGetsockopt)...)
}

func callOption(level, name int32, function asm.BuiltinFunc) asm.Instructions {
	return asm.Instructions{
		asm.Mov.Imm(asm.R2, level),
		asm.Mov.Imm(asm.R3, name),
		asm.Mov.Reg(asm.R4, asm.RFP),
		asm.Add.Imm(asm.R4, scratch),
		asm.Mov.Imm(asm.R5, 4),
		function.Call(),
	}
}

// label names a place in a program, by an instruction without effect.
func label(name string) asm.Instruction { return asm.Mov.Imm(asm.R0, 0).WithSymbol(name) }
