"""The uWSGI sample server: a WebSocket echo at /ws, with the WebSockets that uWSGI itself has."""

import uwsgi


def application(environ, start_response):
    if environ["PATH_INFO"] == "/healthz":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]
    if environ["PATH_INFO"] != "/ws":
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found"]
    try:
        uwsgi.websocket_handshake()
        while True:
            uwsgi.websocket_send(uwsgi.websocket_recv())
    except OSError:
        return []  # the client went away
