"""Who did what: the acts of everyone, for those in charge of data protection."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, IsoDateTimeFilter
from rest_framework import serializers

from amh.core.api.filters import Filters, IdFilter
from amh.core.models import AuditEntry
from amh.core.roles import Permission
from patients.api.records import Records
from patients.queries import traces


class AuditRow(serializers.ModelSerializer[AuditEntry]):
    """One act: codes and ids, never sentences or names. Another system did what nobody did."""

    patient = serializers.IntegerField(source="patient_id", allow_null=True, read_only=True)
    params = serializers.DictField(read_only=True)

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "by", "action", "subject_type", "subject_id", "patient", "params"]
        read_only_fields = fields


class AuditFilters(Filters):
    """A patient is meant with every record merged into theirs."""

    patient = IdFilter(method="about", label=_("Sur le dossier de ce patient"))
    by = IdFilter(field_name="by")
    action = CharFilter(field_name="action")
    subject_type = CharFilter(field_name="subject_type")
    subject_id = IdFilter(field_name="subject_id")
    after = IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    before = IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def about(self, rows: QuerySet[AuditEntry], name: str, value: int) -> QuerySet[AuditEntry]:
        """Those on the record of this patient."""
        return rows.filter(patient_id__in=traces.records(value))


class Audits(Records[AuditEntry]):
    """Every act, the newest first."""

    permission = Permission.VIEW_JOURNAL
    queryset = AuditEntry.objects.order_by("-at", "-pk")
    serializer_class = AuditRow
    filterset_class = AuditFilters
    summaries: dict[str, Any] = {
        "list": _("Qui a fait quoi"),
        "retrieve": _("Un acte"),
    }
