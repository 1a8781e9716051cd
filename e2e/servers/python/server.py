"""The Python sample server: a WebSocket echo on `websockets` whose TCP keepalive can be switched."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from http import HTTPStatus

from websockets.exceptions import ConnectionClosed
from websockets.legacy.server import serve  # the API of Debian 12's version, still there in later ones
from websockets.version import version


async def echo(connection):
    try:
        async for message in connection:
            await connection.send(message)
    except ConnectionClosed:
        pass  # the client went away without a closing handshake


async def answer_http(path, _headers):
    """None lets the WebSocket handshake go on."""
    plain = {"Content-Type": "text/plain"}
    if path == "/healthz":
        return HTTPStatus.OK, plain, b"ok"
    if path != "/ws":
        return HTTPStatus.NOT_FOUND, plain, b"not found"
    return None


def tell_once():
    """At its limit asyncio tells of each connection that it cannot accept, a hundred a second: once is enough."""
    told = []

    def tell(loop, context):
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno != errno.EMFILE:
            loop.default_exception_handler(context)
        elif not told:
            told.append(error)
            print(f"server-python accepts no more: {error}", flush=True)

    return tell


def listening_socket(port, keepalive):
    """asyncio sets no keepalive by default. Accepted sockets inherit SO_KEEPALIVE from the listening one."""
    dualstack = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if dualstack else socket.AF_INET
    listener = socket.create_server(("", port), family=family, dualstack_ipv6=dualstack, backlog=1024)
    if keepalive == "on":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return listener


async def main():
    port = number("PORT", 8080)
    keepalive = os.environ.get("KEEPALIVE") or "default"
    ping_seconds = number("PING_SECONDS", 0)
    if keepalive not in ("default", "on", "off"):
        sys.exit(f'server-python: KEEPALIVE="{keepalive}": give default, on or off')

    asyncio.get_running_loop().set_exception_handler(tell_once())
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # that a client went away during its handshake

    terminated = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sig, terminated.set)

    # The library's own pings are off unless wanted: they would hide what TCP keepalive does. For the same reason
    # nobody waits for the answers.
    await serve(
        echo,
        sock=listening_socket(port, keepalive),
        process_request=answer_http,
        ping_interval=ping_seconds or None,
        ping_timeout=None,
    )
    listening = f"port={port} keepalive={keepalive} pingSeconds={ping_seconds} version={version}"
    print(f"server-python listening {listening}", flush=True)
    await terminated.wait()
    os._exit(0)  # closing handshakes with thousands of clients would take longer than anyone waits


def number(name, fallback):
    text = os.environ.get(name) or str(fallback)
    if not text.isdecimal():
        sys.exit(f'server-python: {name}="{text}": give a whole number')
    return int(text)


asyncio.run(main())
