/* Listens on what is no TCP, prints "ready" and stays. */
#include <err.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <linux/vm_sockets.h>

int main(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0other" };
	struct sockaddr_vm port = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = VMADDR_PORT_ANY };
	int local = socket(AF_UNIX, SOCK_STREAM, 0), vsock = socket(AF_VSOCK, SOCK_STREAM, 0);
	int multipath = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);

	if (bind(local, (struct sockaddr *)&name, sizeof name) < 0 || listen(local, 5) < 0)
		err(1, "listen on a UNIX socket");
	if (vsock >= 0 && (bind(vsock, (struct sockaddr *)&port, sizeof port) < 0 || listen(vsock, 5) < 0)) /* not every kernel has it */
		err(1, "listen on vsock");
	if (multipath >= 0 && listen(multipath, 5) < 0)
		err(1, "listen by MPTCP");
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
