"""What is told to other systems: each receiver, and what becomes of each message; nothing about any patient."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.resources import Resource, verb
from amh.core.deliveries import queue
from amh.core.roles import Permission
from amh.interop.models import OutboundMessage, Receiver
from amh.interop.queries import sendings


class ReceiverRow(serializers.ModelSerializer[Receiver]):
    """A system that is told what happens here, and how it is: ``away_since`` while it does not answer.

    Of its messages: how many are ``waiting``, since when, how many ``failed``, and when the last one left.
    """

    waiting = serializers.IntegerField(read_only=True)
    waiting_since = serializers.DateTimeField(read_only=True, allow_null=True)
    failed = serializers.IntegerField(read_only=True)
    last_sent_at = serializers.DateTimeField(read_only=True, allow_null=True)
    events = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Receiver
        fields = [
            "id", "name", "application", "facility", "host", "port", "tls", "charset", "domain", "events",
            "bed_states", "enabled", "away_since", "waiting", "waiting_since", "failed", "last_sent_at",
        ]  # fmt: skip
        read_only_fields = fields


class Receivers(Resource[Receiver]):
    """Systems that are told what happens here, those with failures first."""

    permission = Permission.VIEW_FEED
    queryset = Receiver.objects.all()
    serializer_class = ReceiverRow
    http_method_names = ["get", "head"]
    summaries = {
        "list": _("Les systèmes à qui l’on dit ce qui se passe ici"),
        "retrieve": _("Un système à qui l’on dit ce qui se passe ici"),
    }

    def get_queryset(self) -> QuerySet[Receiver]:
        """All of them, each with what waits and what failed."""
        return sendings.receivers()


class SendingRow(serializers.ModelSerializer[OutboundMessage]):
    """A message to another system, without its text: what it tells is its ``trigger`` and ``about``."""

    about = serializers.CharField(read_only=True)
    control_id = serializers.CharField(read_only=True)

    class Meta:
        model = OutboundMessage
        fields = [
            "id", "receiver", "trigger", "action", "about", "control_id", "said_at", "state", "due_at", "attempts",
            "last_error", "sent_at",
        ]  # fmt: skip
        read_only_fields = fields


class SendingFilters(Filters):
    receiver = IdFilter(field_name="receiver")

    class Meta:
        model = OutboundMessage
        fields = ["state", "trigger"]


class OutboundMessages(Resource[OutboundMessage]):
    """The messages to other systems, the newest first."""

    permission = Permission.VIEW_FEED
    queryset = OutboundMessage.objects.all()
    serializer_class = SendingRow
    filterset_class = SendingFilters
    summaries = {
        "list": _("Les messages aux autres logiciels"),
        "retrieve": _("Un message à un autre logiciel"),
        "retry": _("Renvoyer un message qui n’est pas parti"),
        "cancel": _("Abandonner un message qui n’est pas parti"),
    }

    def get_queryset(self) -> QuerySet[OutboundMessage]:
        """All of them, without their text."""
        return sendings.messages(states=())

    @verb(Permission.VIEW_FEED, answer=SendingRow)
    def retry(self, request: Request, pk: int) -> Response:
        """Send it again, from its first attempt on."""
        queue.retry(self.get_object(), by=self.by, at=self.at)
        return Response(SendingRow(self.get_object()).data)

    @verb(Permission.VIEW_FEED, answer=SendingRow)
    def cancel(self, request: Request, pk: int) -> Response:
        """Give it up: its receiver will not hear of it."""
        queue.cancel(self.get_object(), by=self.by, at=self.at)
        return Response(SendingRow(self.get_object()).data)
