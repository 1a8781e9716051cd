"""The server of server.c in Python."""
import signal
import socket
import sys

ADDRESS, WHERE = sys.argv[1:3]


def own(sock, where):
    if where != WHERE:
        return
    time, interval, probes, user_timeout = map(int, sys.argv[3:7])
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, time > 0)
    if time > 0:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, time)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, interval)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, probes)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, user_timeout)


family = socket.AF_INET6 if ":" in ADDRESS else socket.AF_INET
listener = socket.socket(family)
own(listener, "listener")
listener.bind((ADDRESS, 0))
listener.listen(5)
outgoing = socket.socket(family)
outgoing.connect(listener.getsockname())
own(outgoing, "outgoing")
accepted, _ = listener.accept()
own(accepted, "accepted")
print("ready", flush=True)
signal.pause()
