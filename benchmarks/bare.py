"""What event streams cost by themselves: as many clients, as many bytes, nothing behind them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_queues: set["asyncio.Queue[bytes]"] = set()

HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]
HELLO = b"event: beat\ndata: {}\n\n"


def frame(mark: int, size: int) -> bytes:
    """One event of about ``size`` bytes that says it is bed ``mark``, now to be cleaned."""
    card = f'event: card\nid: {mark}\ndata: <article id="lit-{mark}" data-state="cleaning">'
    return f"{card:x<{size - 2}}\n\n".encode()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """``GET /healthz``; ``GET /push/<mark>/<size>``, which answers with the time of the push; or a stream."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["path"] == "/healthz":
        await _answer(send, b"ok")
    elif scope["path"].startswith("/push/"):
        mark, size = map(int, scope["path"].split("/")[2:])
        at, content = time.time(), frame(mark, size)
        for waiting in _queues:
            waiting.put_nowait(content)
        await _answer(send, str(at).encode())
    else:
        await _stream(receive, send)


async def _answer(send: Send, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _stream(receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    waiting: asyncio.Queue[bytes] = asyncio.Queue()
    waiting.put_nowait(HELLO)
    _queues.add(waiting)
    writer = asyncio.create_task(_write(waiting, send))
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        _queues.discard(waiting)
        writer.cancel()


async def _write(waiting: "asyncio.Queue[bytes]", send: Send) -> None:
    while True:
        await send({"type": "http.response.body", "body": await waiting.get(), "more_body": True})
