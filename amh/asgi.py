"""One port, three kinds of request: event streams, the sign of life, and the pages in their thread pool."""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from amh import wsgi  # first: the streams need the apps that it loads
from amh.core.live.connections import Message, Receive, Send
from amh.core.live.endpoint import application as live

threaded: Any = WSGIMiddleware(cast("Any", wsgi.application), workers=int(os.environ.get("WEB_THREADS", "6")))


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Send each request where it belongs. Neither a stream nor the sign of life takes a thread."""
    if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"].startswith("/live/")):
        await live(scope, receive, send)
    elif scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1000})
    elif scope["path"] == "/healthz":
        await _answer_alive(send)
    else:
        await threaded(scope, receive, whole(send))


def whole(send: Send) -> Send:
    """Send as ``send`` does, but hold the head of an answer back until its body is there.

    A process that died in between would leave the browser with a blank page, in which no script loads it again.
    """
    held: list[Message] = []

    async def forward(message: Message) -> None:
        if message["type"] == "http.response.start":
            held.append(message)
            return
        if held:
            await send(held.pop())
        await send(message)

    return forward


async def _answer_alive(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok\n"})
