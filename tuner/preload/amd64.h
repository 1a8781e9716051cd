/* System calls of x86-64 Linux: numbers of arch/x86/entry/syscalls/syscall_64.tbl. */
enum { SYS_close = 3, SYS_socket = 41, SYS_listen = 50, SYS_setsockopt = 54, SYS_getsockopt = 55, SYS_prlimit64 = 302 };

/* Returns what the kernel does: a negative error number on failure. */
static inline long system_call(long number, long a, long b, long c, long d, long e)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
}
