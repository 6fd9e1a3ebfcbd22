from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.roles import Permission
from wards.actions import confirmations, units
from wards.actions.units import Description
from wards.api.confirmations import ConfirmationRow, Confirming
from wards.models import Calendar, Unit, UnitKind
from wards.models.validity import valid_at


class UnitRow(serializers.ModelSerializer[Unit]):
    functional_units = serializers.SlugRelatedField(  # type: ignore[var-annotated]
        slug_field="code", many=True, read_only=True
    )

    class Meta:
        model = Unit
        fields = [
            "id", "code", "name", "kind", "position", "phone", "calendar", "functional_units", "to_be_referenced",
            "valid_from", "valid_until",
        ]  # fmt: skip
        read_only_fields = fields


class UnitDescription(serializers.Serializer[Any]):
    """What may be said of a unit; ``functional_units`` are the codes (UF) by which other systems know it."""

    code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=UnitKind.choices, required=False)
    position = serializers.IntegerField(min_value=0, max_value=32_767, required=False)
    phone = serializers.CharField(max_length=30, allow_blank=True, required=False)
    calendar = Reference(queryset=Calendar.objects.all(), allow_null=True, required=False)
    functional_units = serializers.ListField(child=serializers.CharField(max_length=20), max_length=100, required=False)


class UnitChange(UnitDescription):
    """The same, where what is not said stays."""

    code = serializers.CharField(max_length=20, required=False)
    name = serializers.CharField(max_length=80, required=False)


class UnitFilters(Filters):
    class Meta:
        model = Unit
        fields = ["code", "kind", "to_be_referenced"]


class Units(Resource[Unit]):
    """Units; the list holds those that exist today."""

    permission = Permission.VIEW_BOARD
    queryset = Unit.objects.prefetch_related("functional_units").order_by("position", "name", "pk")
    serializer_class = UnitRow
    filterset_class = UnitFilters
    summaries = {
        "list": _("Les unités qui existent aujourd’hui"),
        "retrieve": _("Une unité"),
        "create": _("Décrire une nouvelle unité"),
        "change": _("Décrire une unité autrement"),
        "restore": _("Remettre une unité en service, avec ce qui en était parti avec elle"),
        "confirm": _("Confirmer le plan d’une unité"),
    }

    def get_queryset(self) -> QuerySet[Unit]:
        """Today's units for the list; any for one that is named."""
        units = super().get_queryset()
        return units.filter(valid_at(self.at)) if self.action == "list" else units

    @creation(Permission.SET_STRUCTURE, body=UnitDescription, answer=UnitRow)
    def create(self, request: Request) -> Response:
        """Describe a new unit."""
        unit = units.create(said=cast("Description", self.body(UnitDescription)), by=self.by, at=self.at)
        return Response(UnitRow(unit).data, status=201)

    @verb(Permission.SET_STRUCTURE, body=UnitChange, answer=UnitRow)
    def change(self, request: Request, pk: int) -> Response:
        """Describe a unit otherwise; what is not said stays."""
        unit = self.get_object()
        units.change(unit=unit, said=cast("Description", self.body(UnitChange)), by=self.by, at=self.at)
        return self.fresh()

    @verb(Permission.SET_STRUCTURE, answer=UnitRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Put the unit back into service."""
        units.restore(unit=self.get_object(), by=self.by, at=self.at)
        return self.fresh()

    @verb(Permission.CONFIRM_BOARD, body=Confirming, answer=ConfirmationRow)
    def confirm(self, request: Request, pk: int) -> Response:
        """Say that the board of the unit is right."""
        made = confirmations.confirm(unit=self.get_object(), **self.body(Confirming), by=self.by, at=self.at)
        return Response(ConfirmationRow(made).data)

    def fresh(self) -> Response:
        """The unit as it is after an act."""
        return Response(UnitRow(self.get_object()).data)
