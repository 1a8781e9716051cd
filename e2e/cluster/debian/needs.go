package debian

import "runtime"

// CNIFolder is where Debian puts the network plugins.
const CNIFolder = "/usr/lib/cni"

// Need is a program, or a file with its absolute path, and the package that has it.
type Need struct{ file, pkg string }

// Node is what the node calls.
var Node = []Need{
	{"runc", "runc"},
	{CNIFolder + "/ptp", "containernetworking-plugins"},
	{"iptables", "iptables"},
	{"conntrack", "conntrack"},
	{"ip", "iproute2"},
	{"nft", "nftables"},
	{"mount", "mount"},
	{"nsenter", "util-linux"},
	{"sysctl", "procps"},
}

// Modern is what the modern node is made with: its kernel, its file system, the way into it, and its runc.
var Modern = append(userModeLinux(),
	Need{"mmdebstrap", "mmdebstrap"},
	Need{"mke2fs", "e2fsprogs"},
	Need{"ssh", "openssh-client"},
	Need{"chroot", "coreutils"},
	Need{"taskset", "util-linux"},
	Need{"gcc", "gcc"},
	Need{"/usr/include/stdio.h", "libc6-dev"},
	Need{"/usr/include/seccomp.h", "libseccomp-dev"},
)

// Images is what compiles the preload library for both architectures.
var Images = []Need{
	{"x86_64-linux-gnu-gcc", compiler("amd64", "gcc-x86-64-linux-gnu")},
	{"aarch64-linux-gnu-gcc", compiler("arm64", "gcc-aarch64-linux-gnu")},
}

// Tests is what the tests of the preload library also need: servers of two C libraries, and of another architecture. Those
// of the socket programs need an older kernel.
var Tests = append(userModeLinux(),
	Need{"/usr/include/stdio.h", "libc6-dev"},
	Need{"musl-gcc", "musl-tools"},
	Need{"/usr/aarch64-linux-gnu/include/stdio.h", "libc6-dev-arm64-cross"},
	Need{"qemu-aarch64", "qemu-user"},
)

// userModeLinux is built for this architecture alone. In it runc starts containers.
func userModeLinux() []Need {
	if runtime.GOARCH != "amd64" {
		return nil
	}
	return []Need{{"linux.uml", "user-mode-linux"}, {"runc", "runc"}}
}

func compiler(arch, cross string) string {
	if runtime.GOARCH == arch {
		return "gcc"
	}
	return cross
}
