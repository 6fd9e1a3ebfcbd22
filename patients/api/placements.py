from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from patients.api.patients import PersonRow
from patients.api.records import Records
from patients.models import Placement
from patients.queries import placements


class PlaceRow(serializers.ModelSerializer[Placement]):
    """Where the patient of a stay is."""

    class Meta:
        model = Placement
        fields = ["id", "unit", "bed", "wanted_bed", "starts_at"]
        read_only_fields = fields


class PlacementRow(serializers.ModelSerializer[Placement]):
    patient = PersonRow(read_only=True)

    class Meta:
        model = Placement
        fields = ["id", "stay", "patient", "unit", "bed", "wanted_bed", "starts_at", "ends_at"]
        read_only_fields = fields


class PlacementFilters(Filters):
    stay = IdFilter(field_name="stay")
    patient = IdFilter(field_name="patient")
    unit = IdFilter(field_name="unit")
    bed = IdFilter(field_name="bed")
    at = IsoDateTimeFilter(method="going_on", label=_("Qui était là à cet instant"))
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
        return rows.select_related("patient").order_by("-starts_at", "-pk")
