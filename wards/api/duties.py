from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.models import User
from amh.core.roles import Permission
from wards.actions import duties
from wards.api.staffs import SpellFilters, StaffRow
from wards.models import Duty, DutyKind, Unit


class DutyRow(serializers.ModelSerializer[Duty]):
    """``unit`` null is the whole hospital; a duty that ends when it begins was taken back."""

    user = StaffRow(read_only=True)

    class Meta:
        model = Duty
        fields = ["id", "kind", "user", "unit", "starts_at", "ends_at", "entered_at", "entered_by"]
        read_only_fields = fields


class NewDuty(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=DutyKind.choices)
    user = Reference(queryset=User.objects.all())
    unit = Reference(queryset=Unit.objects.all(), required=False, allow_null=True, default=None)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()

    def validate_kind(self, value: str) -> DutyKind:
        """The word, as the act knows it."""
        return DutyKind(value)


class DutyFilters(SpellFilters):
    unit = IdFilter(field_name="unit")

    class Meta:
        model = Duty
        fields = ["kind"]


class Duties(Resource[Duty]):
    """Who is on call."""

    permission = Permission.VIEW_STAFF
    queryset = Duty.objects.select_related("user").order_by("-starts_at", "-pk")
    serializer_class = DutyRow
    filterset_class = DutyFilters
    summaries = {
        "list": _("Les gardes"),
        "retrieve": _("Une garde"),
        "create": _("Confier une garde : ses droits durent autant qu’elle"),
        "end": _("Terminer une garde avant l’heure"),
        "undo": _("Annuler la dernière saisie sur une garde"),
    }

    @creation(Permission.SET_STAFF, body=NewDuty, answer=DutyRow)
    def create(self, request: Request) -> Response:
        """Put a person on call."""
        made = duties.give(**self.body(NewDuty), by=self.by, at=self.at)
        return Response(DutyRow(made).data, status=201)

    @verb(Permission.SET_STAFF, answer=DutyRow)
    def end(self, request: Request, pk: int) -> Response:
        """End a duty before its time."""
        duties.end(duty=self.get_object(), by=self.by, at=self.at)
        return Response(DutyRow(self.get_object()).data)

    @verb(Permission.SET_STAFF, answer=DutyRow)
    def undo(self, request: Request, pk: int) -> Response:
        """Take back what was last said of a duty."""
        duties.undo(duty=self.get_object(), by=self.by, at=self.at)
        return Response(DutyRow(self.get_object()).data)
