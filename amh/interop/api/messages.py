from collections.abc import Iterable

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from amh.core import rules
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.interop.actions import messages
from amh.interop.hl7.acks import ack
from amh.interop.hl7.frames import split

MEDIA_TYPES = ("application/hl7-v2", "text/plain")
ONE_ONLY = "One message per request."


class WhateverIsAccepted(BaseContentNegotiation):
    """The answer is an acknowledgment, whatever the sender says it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """The body is read as it is."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Only refusals are rendered: as problems."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class Messages(APIView):
    """``POST /interop/hl7/``: one HL7 v2 message from an interface account, answered by its acknowledgment.

    ``AA`` says that the message is stored, not that it could be applied; what it says is done at once all the same, so
    that a board shows it whether workers and Redis live or not, and by the sweep when the database is busy just then.
    """

    content_negotiation_class = WhateverIsAccepted
    schema = None
    door = (Permission.SEND_MESSAGE,)

    def post(self, request: Request) -> HttpResponse:
        """Store the message, apply what waits for its patient, acknowledge."""
        rules.check(actor(request), Permission.SEND_MESSAGE)
        media_type = (request.content_type or "text/plain").split(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            raise UnsupportedMediaType(media_type)
        now = timezone.now()
        pieces = split(request._request.body)  # noqa: SLF001 - a DRF request has no other way to the bytes
        if len(pieces) != 1:
            return _answer(ack(None, "AE", at=now, text=ONE_ONLY))
        receipt = messages.receive(pieces[0], at=now)
        if receipt.new:
            messages.apply_or_leave(receipt.row, at=now)
        return _answer(ack(receipt.message, receipt.code, at=now))


def _answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/hl7-v2")
