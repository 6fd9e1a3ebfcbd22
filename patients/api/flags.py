from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Reference
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import flags
from patients.api.parts import PATIENTS, Parts
from patients.models import Flag, FlagKind


class FlagRow(serializers.ModelSerializer[Flag]):
    class Meta:
        model = Flag
        fields = ["id", "patient", "kind", "detail", "to_tell", "starts_at", "ends_at", "entered_at"]
        read_only_fields = fields


class FlagDetail(serializers.Serializer[Any]):
    detail = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    to_tell = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class NewFlag(FlagDetail):
    """Without ``starts_at`` it holds from now on."""

    patient = Reference(queryset=PATIENTS)
    kind = serializers.ChoiceField(choices=FlagKind.choices)
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class FlagFilters(Filters):
    patient = IdFilter(field_name="patient")
    lifted = YesNoFilter(field_name="ends_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Flag
        fields = ["kind"]


class Flags(Parts[Flag]):
    """What must be known of people before acting."""

    queryset = Flag.objects.all()
    serializer_class = FlagRow
    filterset_class = FlagFilters
    summaries = {
        "list": _("Les signalements des patients dont le dossier vous est ouvert"),
        "retrieve": _("Un signalement"),
        "create": _("Signaler"),
        "change": _("Préciser un signalement"),
        "lift": _("Lever un signalement : il ne vaut plus"),
        "withdraw": _("Annuler un signalement fait par erreur : il n’a jamais valu"),
        "restore": _("Rétablir un signalement levé ou annulé"),
    }

    @creation(Permission.COMPLETE_RECORD, body=NewFlag, answer=FlagRow)
    def create(self, request: Request) -> Response:
        """Signal something."""
        values = self.body(NewFlag)
        values["kind"] = FlagKind(values["kind"])
        return Response(FlagRow(flags.raise_(**values, by=self.by, at=self.at)).data, status=201)

    @verb(Permission.COMPLETE_RECORD, body=FlagDetail, answer=FlagRow)
    def change(self, request: Request, pk: int) -> Response:
        """Say anew what goes with it."""
        flag = self.get_object()
        flags.change(flag=flag, **self.body(FlagDetail), by=self.by, at=self.at)
        return self._answer(flag)

    @verb(Permission.COMPLETE_RECORD, answer=FlagRow)
    def lift(self, request: Request, pk: int) -> Response:
        """Say that it holds no more."""
        flag = self.get_object()
        flags.lift(flag=flag, by=self.by, at=self.at)
        return self._answer(flag)

    @verb(Permission.COMPLETE_RECORD, answer=FlagRow)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take back one signalled by mistake."""
        flag = self.get_object()
        flags.withdraw(flag=flag, by=self.by, at=self.at)
        return self._answer(flag)

    @verb(Permission.COMPLETE_RECORD, answer=FlagRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Undo a lifting or a withdrawal."""
        flag = self.get_object()
        flags.restore(flag=flag, by=self.by, at=self.at)
        return self._answer(flag)

    def _answer(self, flag: Flag) -> Response:
        flag.refresh_from_db()
        return Response(FlagRow(flag).data)
