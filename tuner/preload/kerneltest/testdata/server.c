/* A server that connects to itself: server ADDRESS none|listener|accepted|outgoing TIME INTERVAL PROBES USER_TIMEOUT_MS
 * sets these options on one of its sockets; TIME 0 is SO_KEEPALIVE off. It prints "ready" and stays. */
#include <err.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char **arguments;

static void set(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof value) < 0)
		err(1, "setsockopt %d %d %d", level, name, value);
}

static void own(int fd, const char *where)
{
	int time;

	if (strcmp(arguments[2], where) != 0)
		return;
	time = atoi(arguments[3]);
	set(fd, SOL_SOCKET, SO_KEEPALIVE, time > 0);
	if (time > 0) {
		set(fd, IPPROTO_TCP, TCP_KEEPIDLE, time);
		set(fd, IPPROTO_TCP, TCP_KEEPINTVL, atoi(arguments[4]));
		set(fd, IPPROTO_TCP, TCP_KEEPCNT, atoi(arguments[5]));
	}
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, atoi(arguments[6]));
}

int main(int count, char **values)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST, .ai_socktype = SOCK_STREAM }, *address;
	struct sockaddr_storage name;
	socklen_t length = sizeof name;
	int listener, outgoing, accepted;

	arguments = values;
	if (count < 3 || getaddrinfo(values[1], "0", &hints, &address) != 0)
		errx(2, "wrong usage");
	listener = socket(address->ai_family, SOCK_STREAM, 0);
	own(listener, "listener");
	if (bind(listener, address->ai_addr, address->ai_addrlen) < 0 || listen(listener, 5) < 0)
		err(1, "listen");
	getsockname(listener, (struct sockaddr *)&name, &length);
	outgoing = socket(address->ai_family, SOCK_STREAM, 0);
	own(outgoing, "outgoing");
	if (connect(outgoing, (struct sockaddr *)&name, length) < 0)
		err(1, "connect");
	own(outgoing, "outgoing");
	accepted = accept(listener, NULL, NULL);
	if (accepted < 0)
		err(1, "accept");
	own(accepted, "accepted");
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
