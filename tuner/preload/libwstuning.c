/* By LD_PRELOAD, raises the open files limit of a server before it starts, and sets keepalive and TCP_USER_TIMEOUT on the
 * connections that it accepts: listen(2) sets the options on the listening socket, from which the kernel gives them to each
 * accepted one.
 *
 * Nothing of libc is called but, where there is one, __errno_location, which glibc and musl share. There is no state, so
 * everything here may run in any thread, in a signal handler and after fork. */
#include <stddef.h>

#include "settings.h"
#if defined(__x86_64__) && defined(__LP64__)
#include "amd64.h"
#elif defined(__aarch64__) && defined(__LP64__)
#include "arm64.h"
#else
#error "only for amd64 and arm64"
#endif

/* From the kernel's include/uapi, the same on both architectures. */
enum { AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_CLOEXEC = 02000000 };
enum { SOL_IP = 0, SOL_SOCKET = 1, SOL_TCP = 6, IPPROTO_TCP = 6 };
enum { SO_KEEPALIVE = 9, SO_PROTOCOL = 38, SO_DOMAIN = 39, NO_SUCH_OPTION = 0x7fffffff };
enum { TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5, TCP_KEEPCNT = 6, TCP_USER_TIMEOUT = 18 };
enum { RLIMIT_NOFILE = 7, EFAULT = 14 };
enum { MAX_TCP_KEEPIDLE = 32767, MAX_TCP_KEEPINTVL = 32767, MAX_TCP_KEEPCNT = 127 };

/* IP_RECVERR_RFC4884 does nothing on TCP, is inherited by accepted sockets, and can be read from outside by sock_diag(7):
 * it marks the sockets that were tuned here, and no others. */
enum { MARK = 26 };

/* struct rlimit64 of the kernel's include/uapi/linux/resource.h. */
struct limits {
	uint64_t soft, hard;
};

#define EXPORT __attribute__((visibility("default")))

extern int *__errno_location(void) __attribute__((weak, visibility("default")));

static int result(long returned)
{
	if (returned >= 0)
		return 0;
	if (__errno_location)
		*__errno_location() = (int)-returned;
	return -1;
}

static void lower(uint64_t *limit, uint64_t most)
{
	if (*limit > most)
		*limit = most;
}

/* The loader calls this before main and, if it can, before it initialises other libraries, so that code that sizes something
 * by the limit sees the final limit: musl begins with preloaded libraries, and glibc with the one library that is linked with
 * -z initfirst, the last such one. Before glibc 2.34 that is libpthread if the server is linked with it. A soft limit that is
 * high enough stays. If the kernel refuses, the server starts with the limit that it has. tuner/internal/rlimit does the same. */
__attribute__((constructor)) static void fit_open_files(void)
{
	const uint64_t minimum = settings.open_files_minimum, maximum = settings.open_files_maximum;
	struct limits is, fit;

	if (system_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&is, 0) < 0)
		return;
	fit = is;
	if (fit.soft < minimum)
		fit.soft = minimum < fit.hard ? minimum : fit.hard;
	if (maximum) {
		lower(&fit.soft, maximum);
		lower(&fit.hard, maximum);
	}
	if (fit.soft != is.soft || fit.hard != is.hard)
		system_call(SYS_prlimit64, 0, RLIMIT_NOFILE, (long)&fit, 0, 0);
}

/* Returns -1 if the option cannot be read. */
static int get(int fd, int level, int name)
{
	int value = 0;
	unsigned length = sizeof value;

	return system_call(SYS_getsockopt, fd, level, name, (long)&value, (long)&length) < 0 ? -1 : value;
}

/* That an option cannot be set is no reason to keep a server from listening. */
static void set(int fd, int level, int name, int value)
{
	system_call(SYS_setsockopt, fd, level, name, (long)&value, sizeof value);
}

static int marked(int fd) { return get(fd, SOL_IP, MARK) == 1; }

/* unset is the value that the option reads as until it is set. */
static void tune_option(int fd, int name, int ours, int unset)
{
	int theirs = get(fd, SOL_TCP, name);

	if (theirs == unset || (settings.override && theirs > ours))
		set(fd, SOL_TCP, name, ours);
}

/* A new socket shows what the namespace's sysctls give. Without one, what is there passes for the server's own. */
static void tune_keepalive(int fd, int domain)
{
	int fresh = (int)system_call(SYS_socket, domain, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP, 0, 0);

	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	tune_option(fd, TCP_KEEPIDLE, (int)settings.keepalive_time, get(fresh, SOL_TCP, TCP_KEEPIDLE));
	tune_option(fd, TCP_KEEPINTVL, (int)settings.keepalive_interval, get(fresh, SOL_TCP, TCP_KEEPINTVL));
	tune_option(fd, TCP_KEEPCNT, (int)settings.keepalive_probes, get(fresh, SOL_TCP, TCP_KEEPCNT));
	if (fresh >= 0)
		system_call(SYS_close, fresh, 0, 0, 0, 0);
}

/* Once a socket: servers call listen again to change the backlog. */
static void tune(int fd)
{
	int domain = get(fd, SOL_SOCKET, SO_DOMAIN);

	if ((domain != AF_INET && domain != AF_INET6) || get(fd, SOL_SOCKET, SO_PROTOCOL) != IPPROTO_TCP || marked(fd))
		return;
	if (settings.keepalive_time)
		tune_keepalive(fd, domain);
	if (settings.user_timeout)
		tune_option(fd, TCP_USER_TIMEOUT, (int)settings.user_timeout, 0);
	set(fd, SOL_IP, MARK, 1);
}

EXPORT int listen(int fd, int backlog)
{
	if (settings.keepalive_time || settings.user_timeout)
		tune(fd);
	return result(system_call(SYS_listen, fd, backlog, 0, 0, 0));
}

/* A value above most is left to the kernel, which refuses it. */
static int exceeds(int value, uint32_t ours, int most) { return ours && value > (int)ours && value <= most; }

static int looser(int level, int name, int value)
{
	if (level == SOL_SOCKET && name == SO_KEEPALIVE)
		return settings.keepalive_time && value == 0;
	if (level != SOL_TCP)
		return 0;
	switch (name) {
	case TCP_KEEPIDLE:
		return exceeds(value, settings.keepalive_time, MAX_TCP_KEEPIDLE);
	case TCP_KEEPINTVL:
		return exceeds(value, settings.keepalive_interval, MAX_TCP_KEEPINTVL);
	case TCP_KEEPCNT:
		return exceeds(value, settings.keepalive_probes, MAX_TCP_KEEPCNT);
	case TCP_USER_TIMEOUT:
		return settings.user_timeout && (value == 0 || value > (int)settings.user_timeout);
	}
	return 0;
}

static int guards(int level, int name)
{
	return (level == SOL_SOCKET && name == SO_KEEPALIVE) ||
	       (level == SOL_TCP && (name == TCP_KEEPIDLE || name == TCP_KEEPINTVL || name == TCP_KEEPCNT || name == TCP_USER_TIMEOUT));
}

/* Of SOL_SOCKET the kernel reads an int before it looks for the option, and there is none of this name. So it judges whether
 * the server's pointer leads anywhere, as it would without this library, and nothing is set. */
static int readable(int fd, const void *value, unsigned length)
{
	return system_call(SYS_setsockopt, fd, SOL_SOCKET, NO_SUCH_OPTION, (long)value, length) != -EFAULT;
}

/* Connections that the server opens itself carry no mark, and are not touched. */
EXPORT int setsockopt(int fd, int level, int name, const void *value, unsigned length)
{
	int wanted;

	if (settings.override && (int)length >= (int)sizeof wanted && guards(level, name) && marked(fd) && readable(fd, value, length)) {
		__builtin_memcpy(&wanted, value, sizeof wanted);
		if (looser(level, name, wanted))
			return 0;
	}
	return result(system_call(SYS_setsockopt, fd, level, name, (long)value, length));
}
