"""The door of ``/live/<topic>``, as raw ASGI: an open stream holds neither a thread nor a database connection."""

import random
from http import HTTPStatus
from io import BytesIO

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.utils.translation import get_language_from_request

from amh.core.live import departures, frames, topics
from amh.core.live.connections import Connection, Message, Receive, Send
from amh.core.live.hub import Hub
from amh.core.live.topics import Topic
from amh.core.live.visitors import Visit
from amh.core.outages import AWAY

PREFIX = "/live/"
RETRY = (2000, 4000)
"""Milliseconds between which each browser draws its pause before it comes back, lest all come at once."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


class Application:
    """Serves every stream of the process through one hub, made when the first browser comes."""

    def __init__(self) -> None:
        self._hub: Hub | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve what is under ``/live/`` and, so that nothing is left behind, the ``lifespan`` of the server."""
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        elif scope["method"] != "GET":
            await _refuse(send, HTTPStatus.METHOD_NOT_ALLOWED, (b"allow", b"GET"))
        elif topic := topics.find(scope["path"].removeprefix(PREFIX)):
            await self._serve(topic, ASGIRequest(scope, BytesIO()), receive, send)
        else:
            await _refuse(send, HTTPStatus.NOT_FOUND)

    @property
    def hub(self) -> Hub:
        """The hub of this process."""
        if self._hub is None:
            self._hub = Hub()
            departures.announce_to(self._hub.close)
        return self._hub

    async def _serve(self, topic: Topic, request: ASGIRequest, receive: Receive, send: Send) -> None:
        visit = _visit(topic, request)
        try:
            ruling = await self.hub.admit(visit)
        except AWAY:
            await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, (b"retry-after", b"5"))
            return
        if not ruling.allowed:
            await _refuse(send, ruling.status)
            return
        connection = Connection(visit, ruling.audience, last=_last(request))
        await self._stream(connection, receive, send)

    async def _stream(self, connection: Connection, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": HEADERS})
        connection.push([frames.retry(random.randint(*RETRY))])  # noqa: S311
        self.hub.join(connection)
        try:
            await connection.run(receive, send)
        finally:
            self.hub.leave(connection)

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._hub is not None:
            self._hub.stop()
            self._hub = None
        await send({"type": "lifespan.shutdown.complete"})


application = Application()


def _visit(topic: Topic, request: ASGIRequest) -> Visit:
    return Visit(
        topic=topic,
        session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""),
        language=get_language_from_request(request),
        options={name: str(request.GET[name]) for name in request.GET if name != "last"},
    )


def _last(request: ASGIRequest) -> int | None:
    """The position from which to catch up: the browser's own memory wins over the address it was first given."""
    for said in (request.headers.get("Last-Event-ID"), request.GET.get("last")):
        if said and said.isdecimal():
            return int(said[:18])
    return None


async def _refuse(send: Send, status: HTTPStatus, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *headers]})
    await send({"type": "http.response.body", "body": b""})
