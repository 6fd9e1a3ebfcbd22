from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from amh.core import rules
from amh.core.api.filters import Filters, IdFilter
from amh.core.api.resources import Resource, verb
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.interop.actions import messages, quarantines
from amh.interop.hl7 import faults
from amh.interop.hl7.acks import ack, failure
from amh.interop.hl7.frames import HEAD, LONGEST, TOO_LONG, split
from amh.interop.models import IgnoreReason, InboundMessage
from amh.interop.rules.messages import LONGEST_NOTE

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
        # Not its body: that is cut off at the size of a form.
        content = request._request.read(LONGEST + 1)  # noqa: SLF001 - a DRF request has no other way to the bytes
        if len(content) > LONGEST:
            return _answer(failure(content[:HEAD], TOO_LONG, at=now))
        pieces = split(content)
        if len(pieces) != 1:
            return _answer(ack(None, "AE", at=now, text=ONE_ONLY))
        receipt = messages.receive(pieces[0], at=now)
        if receipt.new:
            messages.apply_or_leave(receipt.row, clock=timezone.now)
        return _answer(ack(receipt.message, receipt.code, at=now))


def _answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/hl7-v2")


class MessageRow(serializers.ModelSerializer[InboundMessage]):
    """A message that was received, without what it says of its patient."""

    sender = serializers.CharField(source="sender.__str__", read_only=True)
    fault = serializers.SerializerMethodField()
    deviations = serializers.SerializerMethodField()

    class Meta:
        model = InboundMessage
        fields = [
            "id", "sender", "control_id", "trigger", "received_at", "decided_at", "state", "reason_code", "reason",
            "fault", "deviations", "charset", "reused_id", "duplicates", "ignored_because", "ignored_by",
            "ignored_at", "note",
        ]  # fmt: skip
        read_only_fields = fields

    def get_fault(self, message: InboundMessage) -> str:
        """Where in the message the fault stands: ``ZBE-1``; empty where no place is at fault."""
        return faults.of(message.reason_code).place if message.reason_code else ""

    @extend_schema_field({"type": "array", "items": {"type": "array", "items": {"type": "string"}}})
    def get_deviations(self, message: InboundMessage) -> Any:
        """What deviates from the profile: the code of each deviation, and where it stands."""
        return message.deviations


class Ignoring(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=IgnoreReason.choices)
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")


class MessageFilters(Filters):
    sender = IdFilter(field_name="sender")
    received_after = IsoDateTimeFilter(field_name="received_at", lookup_expr="gte")
    received_before = IsoDateTimeFilter(field_name="received_at", lookup_expr="lt")

    class Meta:
        model = InboundMessage
        fields = ["state", "trigger", "control_id", "reason_code"]


class InboundMessages(Resource[InboundMessage]):
    """The messages that were received, the newest first: what became of each, never what it says of a patient."""

    permission = Permission.VIEW_FEED
    queryset = InboundMessage.objects.all()
    serializer_class = MessageRow
    filterset_class = MessageFilters
    summaries = {
        "list": _("Les messages reçus des autres logiciels"),
        "retrieve": _("Un message reçu"),
        "replay": _("Rejouer un message en quarantaine"),
        "ignore": _("Ignorer un message en quarantaine"),
        "restore": _("Remettre en quarantaine un message qu’une personne a ignoré"),
    }

    def get_queryset(self) -> QuerySet[InboundMessage]:
        """All of them, without their text."""
        return InboundMessage.objects.select_related("sender").defer("raw").order_by("-pk")

    @verb(Permission.VIEW_FEED, answer=MessageRow)
    def replay(self, request: Request, pk: int) -> Response:
        """Try it again."""
        row = quarantines.replay(row=self.get_object(), by=self.by, at=self.at)
        return Response(MessageRow(row).data)

    @verb(Permission.VIEW_FEED, body=Ignoring, answer=MessageRow)
    def ignore(self, request: Request, pk: int) -> Response:
        """Set it aside."""
        said = self.body(Ignoring)
        reason = IgnoreReason(said["reason"])
        row = quarantines.ignore(row=self.get_object(), reason=reason, note=said["note"], by=self.by, at=self.at)
        return Response(MessageRow(row).data)

    @verb(Permission.VIEW_FEED, answer=MessageRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Put it back."""
        return Response(MessageRow(quarantines.restore(row=self.get_object(), by=self.by, at=self.at)).data)
