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
from wards.actions import covers
from wards.api.staffs import SpellFilters, StaffRow
from wards.models import Cover, Unit


class CoverRow(serializers.ModelSerializer[Cover]):
    """A cover that ends when it begins was taken back."""

    user = StaffRow(read_only=True)
    replaces = StaffRow(read_only=True, allow_null=True)

    class Meta:
        model = Cover
        fields = ["id", "unit", "user", "replaces", "starts_at", "ends_at", "entered_at", "entered_by"]
        read_only_fields = fields


class NewCover(serializers.Serializer[Any]):
    unit = Reference(queryset=Unit.objects.all())
    user = Reference(queryset=User.objects.all())
    replaces = Reference(queryset=User.objects.all(), required=False, allow_null=True, default=None)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class Takeover(serializers.Serializer[Any]):
    unit = Reference(queryset=Unit.objects.all())


class CoverFilters(SpellFilters):
    unit = IdFilter(field_name="unit")

    class Meta:
        model = Cover
        fields: list[str] = []


class Covers(Resource[Cover]):
    """Units taken over for a time."""

    permission = Permission.VIEW_STAFF
    queryset = Cover.objects.select_related("user", "replaces").order_by("-starts_at", "-pk")
    serializer_class = CoverRow
    filterset_class = CoverFilters
    summaries = {
        "list": _("Les relais d’unité"),
        "retrieve": _("Un relais d’unité"),
        "create": _("Confier une unité à une personne pour un temps"),
        "take_over": _("Reprendre une unité soi-même, jusqu’à la fin de son poste"),
        "end": _("Terminer un relais avant l’heure"),
        "undo": _("Annuler la dernière saisie sur un relais"),
    }

    @creation(Permission.SET_STAFF, body=NewCover, answer=CoverRow)
    def create(self, request: Request) -> Response:
        """Entrust a unit to a person."""
        made = covers.cover(**self.body(NewCover), by=self.by, at=self.at)
        return Response(CoverRow(made).data, status=201)

    @verb(Permission.TAKE_COVER, body=Takeover, answer=CoverRow, path="take-over", detail=False)
    def take_over(self, request: Request) -> Response:
        """« Je reprends l’unité »."""
        made = covers.take_over(**self.body(Takeover), by=self.by, at=self.at)
        return Response(CoverRow(made).data)

    @verb(Permission.SET_STAFF, Permission.TAKE_COVER, answer=CoverRow)
    def end(self, request: Request, pk: int) -> Response:
        """End a cover before its time."""
        covers.end(cover=self.get_object(), by=self.by, at=self.at)
        return Response(CoverRow(self.get_object()).data)

    @verb(Permission.SET_STAFF, Permission.TAKE_COVER, answer=CoverRow)
    def undo(self, request: Request, pk: int) -> Response:
        """Take back what was last said of a cover."""
        covers.undo(cover=self.get_object(), by=self.by, at=self.at)
        return Response(CoverRow(self.get_object()).data)
