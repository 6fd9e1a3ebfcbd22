from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from patients.api.persons import PersonRow, masked
from patients.api.records import Records
from patients.models import Placement, Stay, StayState
from patients.queries import placements

MASKED = Q(patient__protected=True) | Q(protected=True) | Q(state=StayState.DECEASED)
"""Condition of the stays whose patient is named to nobody: protected themselves (SEC-8), or they have died (WR-14)."""


def is_masked(stay: Stay) -> bool:
    """Tell whether the patient of the stay is named to nobody."""
    return stay.patient.protected or stay.protected or stay.state == StayState.DECEASED


class MaskedByStay(serializers.ModelSerializer[Any]):
    """A row with the ``patient`` of a stay, who is masked when that must be."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The row, its person masked where the stay hides them."""
        row: dict[str, Any] = super().to_representation(instance)
        stay = instance if isinstance(instance, Stay) else instance.stay
        return row | {"patient": masked(row["patient"])} if is_masked(stay) else row


class PlaceRow(serializers.ModelSerializer[Placement]):
    """Where the patient of a stay is."""

    class Meta:
        model = Placement
        fields = ["id", "unit", "bed", "wanted_bed", "to_confirm", "starts_at", "ends_at"]
        read_only_fields = fields


class PlacementRow(MaskedByStay, serializers.ModelSerializer[Placement]):
    patient = PersonRow(read_only=True)

    class Meta:
        model = Placement
        fields = ["id", "stay", "patient", "unit", "bed", "wanted_bed", "to_confirm", "starts_at", "ends_at"]
        read_only_fields = fields


class PlacementFilters(Filters):
    stay = IdFilter(field_name="stay")
    patient = IdFilter(field_name="patient")
    unit = IdFilter(field_name="unit")
    bed = IdFilter(field_name="bed")
    at = IsoDateTimeFilter(method="going_on", label=_("Qui était là à cet instant"))
    to_confirm = YesNoFilter(field_name="to_confirm", label=_("Lit à confirmer"))
    without_bed = YesNoFilter(field_name="bed", lookup_expr="isnull", label=_("Dans l’unité, sans lit"))

    class Meta:
        model = Placement
        fields: list[str] = []

    def going_on(self, rows: QuerySet[Placement], name: str, value: datetime) -> QuerySet[Placement]:
        """Those that had begun and not ended."""
        return rows.filter(placements.reaching(value), starts_at__lte=value)


class Placements(Records[Placement]):
    """Where patients were and are. Written by the movements alone."""

    queryset = Placement.objects.all()
    serializer_class = PlacementRow
    filterset_class = PlacementFilters
    summaries: dict[str, Any] = {
        "list": _("Où sont et où étaient les patients que votre rôle permet de voir"),
        "retrieve": _("Une installation"),
    }

    def get_queryset(self) -> QuerySet[Placement]:
        """Placements of the stays in the scope of the reader."""
        rows = Placement.objects.filter(stay__in=self.stays())
        return rows.select_related("patient", "stay__patient").order_by("-starts_at", "-pk")
