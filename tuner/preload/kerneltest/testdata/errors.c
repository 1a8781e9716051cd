/* Prints what listen and setsockopt return, and errno, where they fail and where they do not. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SHOW(call)                                                        \
	do {                                                              \
		errno = 0;                                                \
		int returned = call;                                      \
		printf("%s: %d, errno %d\n", #call, returned, errno);     \
	} while (0)

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t length = sizeof value;

	getsockopt(fd, level, name, &value, &length);
	return value;
}

static int bound(int type, in_port_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, type, 0), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
		perror("bind");
	return fd;
}

/* Of these four bytes only two can be read. */
static void *half_readable(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || munmap(pages + page, page) < 0)
		perror("mmap");
	return pages + page - 2;
}

int main(void)
{
	struct sockaddr_in address;
	socklen_t length = sizeof address;
	int zero = 0, one = 1, large = 600, impossible = 40000;
	void *wild = (void *)(uintptr_t)64, *half = half_readable();
	int first = bound(SOCK_STREAM, 0), udp = bound(SOCK_DGRAM, 0), closed = 999, second, limited;

	getsockname(first, (struct sockaddr *)&address, &length);
	second = bound(SOCK_STREAM, address.sin_port);
	SHOW(listen(first, 5));
	SHOW(listen(second, 5));
	SHOW(listen(udp, 5));
	SHOW(listen(closed, 5));
	SHOW(setsockopt(closed, SOL_SOCKET, SO_KEEPALIVE, &zero, sizeof zero));
	SHOW(setsockopt(udp, IPPROTO_TCP, TCP_KEEPIDLE, &large, sizeof large));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, &zero, sizeof zero));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, &impossible, sizeof impossible));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, &large, 1));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, NULL, sizeof large));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, wild, sizeof large));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, half, sizeof large));
	SHOW(setsockopt(first, SOL_SOCKET, SO_KEEPALIVE, wild, sizeof large));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, &large, -1));
	SHOW(setsockopt(first, IPPROTO_TCP, TCP_KEEPIDLE, &large, sizeof large));
	SHOW(setsockopt(first, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one));
	SHOW(setsockopt(first, SOL_SOCKET, SO_KEEPALIVE, &zero, sizeof zero));
	SHOW(setsockopt(first, SOL_SOCKET, 12345, &zero, sizeof zero));
	SHOW(listen(first, 6)); /* to change the backlog, which is no reason to set options again */
	printf("keepalive %d, idle %d\n", option(first, SOL_SOCKET, SO_KEEPALIVE), option(first, IPPROTO_TCP, TCP_KEEPIDLE));

	limited = bound(SOCK_STREAM, 0);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ limited + 1, limited + 1 });
	SHOW(listen(limited, 5));
	return 0;
}
