"""Who talks to us, when they last did, and what they do otherwise than the profile; nothing about any patient."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.resources import Resource
from amh.core.roles import Permission
from amh.interop import habits
from amh.interop.models import Sender
from amh.interop.queries.deviations import Period, report

PERIODS = [period.value for period in Period]


class SenderRow(serializers.ModelSerializer[Sender]):
    """A system that talks to us; ``silent_since`` while it should talk and does not."""

    class Meta:
        model = Sender
        fields = [
            "id", "application", "facility", "name", "last_message_at", "watched", "silence_minutes", "calendar",
            "silent_since",
        ]  # fmt: skip
        read_only_fields = fields


class DeviationRow(serializers.Serializer[Any]):
    """One deviation in one place: in how many of how many messages, and the last of them."""

    code = serializers.CharField(source="habit.code")
    where = serializers.CharField(source="habit.where")
    label = serializers.CharField()  # type: ignore[assignment]
    ask = serializers.CharField(source="requirement.ask", default="")
    messages = serializers.IntegerField(source="share.times")
    of = serializers.IntegerField(source="share.total")
    first_at = serializers.DateTimeField(source="habit.first_at")
    last_at = serializers.DateTimeField(source="habit.last_at")
    example = serializers.CharField(source="example.control_id", default="")
    shape = serializers.CharField()


class Asked(serializers.Serializer[Any]):
    """How far back the report goes."""

    period = serializers.ChoiceField(choices=PERIODS, default=Period.WEEK.value)


class Senders(Resource[Sender]):
    """Systems that send messages, those that spoke last first."""

    permission = Permission.VIEW_FEED
    queryset = Sender.objects.order_by("-last_message_at", "-pk")
    serializer_class = SenderRow
    http_method_names = ["get", "head"]
    summaries = {
        "list": _("Les systèmes qui envoient des messages"),
        "retrieve": _("Un système qui envoie des messages"),
        "deviations": _("Ce qu’un système écrit autrement que le profil français, sur une période"),
    }

    @extend_schema(parameters=[OpenApiParameter("period", enum=PERIODS)], responses=DeviationRow(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def deviations(self, request: Request, pk: int) -> Response:
        """What the sender does otherwise than the profile, most often first."""
        asked = Asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = report(self.get_object(), period=Period(asked.validated_data["period"]), at=self.at)
        return Response(DeviationRow(habits.lines(found), many=True).data)
