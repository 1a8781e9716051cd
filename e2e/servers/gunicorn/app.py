"""The gunicorn sample server: a WebSocket echo at /ws, an ASGI application for uvicorn's workers."""


async def application(scope, receive, send):
    if scope["type"] == "websocket" and scope["path"] == "/ws":
        await echo(receive, send)
    elif scope["type"] == "http":
        await answer(send, *((200, b"ok") if scope["path"] == "/healthz" else (404, b"not found")))
    elif scope["type"] == "lifespan":
        await live(receive, send)


async def echo(receive, send):
    while True:
        event = await receive()
        if event["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif event["type"] == "websocket.disconnect":
            return
        else:
            await send({"type": "websocket.send", "text": event.get("text"), "bytes": event.get("bytes")})


async def answer(send, status, body):
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


async def live(receive, send):
    while True:
        event = await receive()
        await send({"type": event["type"] + ".complete"})
        if event["type"] == "lifespan.shutdown":
            return
