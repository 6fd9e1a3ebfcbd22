from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.models import User
from amh.core.roles import Permission
from wards.actions import absences
from wards.api.staffs import SpellFilters, StaffRow
from wards.models import Absence, Membership
from wards.rules.absences import Fate


class AbsenceRow(serializers.ModelSerializer[Absence]):
    """When a person is away, never why; an absence that ends when it begins was taken back."""

    user = StaffRow(read_only=True)

    class Meta:
        model = Absence
        fields = ["id", "user", "starts_at", "ends_at", "entered_at", "entered_by"]
        read_only_fields = fields


class Settlement(serializers.Serializer[Any]):
    """What becomes of the covers and duties promised for that time; without it, the request is refused (409)."""

    commitments = serializers.ChoiceField(choices=Fate.choices, required=False, allow_null=True, default=None)

    def validate_commitments(self, value: str | None) -> Fate | None:
        """The word, as the act knows it."""
        return Fate(value) if value else None


class NewAbsence(Settlement):
    user = Reference(queryset=User.objects.all())
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class Return(serializers.Serializer[Any]):
    ends_at = serializers.DateTimeField()


class AbsenceFilters(SpellFilters):
    unit = IdFilter(method="working_in", label=_("Des personnes qui ont travaillé dans cette unité"))

    class Meta:
        model = Absence
        fields: list[str] = []

    def working_in(self, rows: QuerySet[Absence], name: str, value: int) -> QuerySet[Absence]:
        """Those of the people who are or were members of the unit."""
        return rows.filter(user__in=Membership.objects.filter(unit=value).values("user"))


class Absences(Resource[Absence]):
    """Times for which people are away."""

    permission = Permission.VIEW_STAFF
    queryset = Absence.objects.select_related("user").order_by("-starts_at", "-pk")
    serializer_class = AbsenceRow
    filterset_class = AbsenceFilters
    summaries = {
        "list": _("Les absences, sans leur motif"),
        "retrieve": _("Une absence"),
        "create": _("Noter une absence"),
        "cut_short": _("Noter un retour plus tôt que prévu"),
        "undo": _("Annuler la dernière saisie sur une absence"),
    }

    @creation(Permission.SET_STAFF, body=NewAbsence, answer=AbsenceRow)
    def create(self, request: Request) -> Response:
        """Note that a person is away."""
        made = absences.record(**self.body(NewAbsence), by=self.by, at=self.at)
        return Response(AbsenceRow(made).data, status=201)

    @verb(Permission.SET_STAFF, body=Return, answer=AbsenceRow, path="cut-short")
    def cut_short(self, request: Request, pk: int) -> Response:
        """Let an absence end before it was to."""
        absences.cut_short(absence=self.get_object(), **self.body(Return), by=self.by, at=self.at)
        return Response(AbsenceRow(self.get_object()).data)

    @verb(Permission.SET_STAFF, body=Settlement, answer=AbsenceRow)
    def undo(self, request: Request, pk: int) -> Response:
        """Take back what was last said of an absence."""
        absences.undo(absence=self.get_object(), **self.body(Settlement), by=self.by, at=self.at)
        return Response(AbsenceRow(self.get_object()).data)
