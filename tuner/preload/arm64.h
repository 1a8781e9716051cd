/* System calls of 64-bit Arm Linux: numbers of include/uapi/asm-generic/unistd.h. */
enum { SYS_close = 57, SYS_socket = 198, SYS_listen = 201, SYS_setsockopt = 208, SYS_getsockopt = 209, SYS_prlimit64 = 261 };

/* Returns what the kernel does: a negative error number on failure. */
static inline long system_call(long number, long a, long b, long c, long d, long e)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory", "cc");
	return x0;
}
