"""Who read what, and by what right: for those in charge of data protection."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, ChoiceFilter, IsoDateTimeFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.models import AccessKind, AccessTrace
from amh.core.roles import Permission, Role
from patients.api.records import Records
from patients.queries import traces
from patients.vocabularies import Ground


class TraceRow(serializers.ModelSerializer[AccessTrace]):
    """One reading. ``ground`` is the right by which it was, with the unit or the exceptional access that gave it."""

    patient = serializers.IntegerField(source="patient_id", allow_null=True, read_only=True)
    stay = serializers.IntegerField(source="stay_id", allow_null=True, read_only=True)
    unit = serializers.IntegerField(source="unit_id", allow_null=True, read_only=True)
    exceptional_access = serializers.IntegerField(source="exceptional_access_id", allow_null=True, read_only=True)
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    ground = serializers.SerializerMethodField()

    class Meta:
        model = AccessTrace
        fields = [
            "id",
            "at",
            "by",
            "role",
            "page",
            "kind",
            "patient",
            "stay",
            "unit",
            "ground",
            "exceptional_access",
            "count",
            "ip",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Ground.choices, allow_null=True))
    def get_ground(self, trace: AccessTrace) -> str | None:
        """By what right the patient was seen; null for a list."""
        said: str | None = trace.params.get("ground")
        return said


class TraceFilters(Filters):
    """A patient is meant with every record merged into theirs."""

    patient = IdFilter(method="about", label=_("Lectures du dossier de ce patient"))
    by = IdFilter(field_name="by")
    role = ChoiceFilter(field_name="role", choices=Role.choices)
    unit = IdFilter(field_name="unit_id")
    page_code = CharFilter(field_name="page", label=_("Code de la page"))
    kind = ChoiceFilter(field_name="kind", choices=AccessKind.choices)
    exceptional = YesNoFilter(
        field_name="exceptional_access_id", lookup_expr="isnull", exclude=True, label=_("Par accès exceptionnel")
    )
    exceptional_access = IdFilter(field_name="exceptional_access_id")
    after = IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    before = IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = AccessTrace
        fields: list[str] = []

    def about(self, rows: QuerySet[AccessTrace], name: str, value: int) -> QuerySet[AccessTrace]:
        """Those of the record of this patient."""
        return rows.filter(patient_id__in=traces.records(value))


class Traces(Records[AccessTrace]):
    """Every reading, the newest first."""

    permission = Permission.VIEW_JOURNAL
    queryset = AccessTrace.objects.order_by("-at", "-pk")
    serializer_class = TraceRow
    filterset_class = TraceFilters
    summaries: dict[str, Any] = {
        "list": _("Qui a lu quoi, et à quel titre"),
        "retrieve": _("Une lecture"),
    }
