"""A server whose processes, ports and start are those of its arguments, for ConstellationsIT.

usage: layout.py LAYOUT PORT[@SECONDS][=KEEPALIVE]... [--after SECONDS] [--deferred]

LAYOUT is a function below. A port may open SECONDS later. KEEPALIVE is the time that the server itself sets on a port's
connections; without it the server sets nothing.
"""

import argparse
import asyncio
import os
import resource
import socket
import time

HARD = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
WORKERS = 3
CLIENTS = 24


class Port:
    def __init__(self, text):
        text, _, keepalive = text.partition("=")
        number, _, delay = text.partition("@")
        self.number, self.delay, self.keepalive = int(number), float(delay or 0), int(keepalive or 0)

    def listen(self, deferred, shared=False):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if deferred:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 30)
        if self.keepalive:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, self.keepalive)
        listener.bind(("", self.number))
        listener.listen(128)
        return listener


def one(ports, deferred):
    become("server", 4000)
    serve(ports, lambda port: port.listen(deferred))


def sidecar(ports, deferred):
    """In a container beside the server's; it has the limit of the runtime."""
    become("sidecar")
    serve(ports, lambda port: port.listen(deferred))


def supervisor(ports, deferred):
    """The supervisor keeps the limit of the runtime."""

    def server():
        become("server", HARD)
        serve(ports, lambda port: port.listen(deferred))

    become("supervisor")
    wait_for(server)


def master(ports, deferred):
    """The workers inherit the listeners, which the master keeps open. Nothing is accepted until all of them are."""
    become("master")
    listeners = listen_to_all(ports, deferred)

    def worker():
        become("worker", 6000)
        serve(ports, listeners.get, opened=True)

    wait_for(worker, worker)


def shared(ports, deferred):
    """Each worker has a listener of its own. One switches keepalive off, and has the lowest limit. Clients come at once."""

    def worker():
        become("worker", 3000)
        serve(ports, lambda port: port.listen(deferred, shared=True))

    def odd():
        become("odd", 2500)
        serve(ports, lambda port: port.listen(deferred, shared=True), keepalive=False)

    become("parent")
    wait_for(worker, worker, odd, clients_of(ports))


def dropping(ports, deferred):
    """Binds as root, and goes on as another user."""
    listeners = listen_to_all(ports, deferred)
    become("server", 5000)
    os.setgroups([])
    os.setgid(1000)
    os.setuid(1000)
    serve(ports, listeners.get, opened=True)


def become(name, limit=None):
    """Gives this process the name and the limit of its role."""
    with open("/proc/self/comm", "w") as comm:
        comm.write(name)
    if limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, HARD))


def listen_to_all(ports, deferred):
    listeners = {}
    for port in sorted(ports, key=lambda p: p.delay):
        time.sleep(port.delay)
        listeners[port] = port.listen(deferred)
    return listeners


def serve(ports, listener, opened=False, keepalive=True):
    """Accepts connections, and keeps each until its client goes."""

    async def keep(reader, writer):
        if not keepalive:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 0)
        try:
            while await reader.read(4096):
                pass
        except ConnectionError:
            pass
        writer.close()

    async def accept(port):
        await asyncio.sleep(0 if opened else port.delay)
        server = await asyncio.start_server(keep, sock=listener(port))
        await server.serve_forever()

    async def accept_all():
        await asyncio.gather(*(accept(port) for port in ports))

    asyncio.run(accept_all())


def wait_for(*roles):
    """Runs each in a child, and ends when one of them does."""
    for role in roles:
        if os.fork() == 0:
            role()
            os._exit(1)
    os.wait()


def clients_of(ports):
    """Clients from many addresses, once every worker listens. Their connections are there when an observer looks."""

    def clients():
        become("clients")
        for port in ports:
            while listeners_of(port) < WORKERS:
                time.sleep(0.02)
        kept = [socket.create_connection(("127.0.0.1", port.number), source_address=(f"127.0.1.{i + 1}", 0))
                for port in ports for i in range(CLIENTS)]
        for connection in kept:
            connection.sendall(b"x")
        time.sleep(1 << 30)

    return clients


def listeners_of(port):
    with open("/proc/net/tcp") as table:
        lines = [line.split() for line in table]
    return sum(line[1].endswith(f":{port.number:04X}") and line[3] == "0A" for line in lines)


def main():
    usage = argparse.ArgumentParser()
    usage.add_argument("layout", choices=[f.__name__ for f in (one, sidecar, supervisor, master, shared, dropping)])
    usage.add_argument("ports", nargs="+", type=Port)
    usage.add_argument("--after", type=float, default=0, help="seconds until anything happens")
    usage.add_argument("--deferred", action="store_true")
    given = usage.parse_args()
    time.sleep(given.after)
    globals()[given.layout](given.ports, given.deferred)


main()
