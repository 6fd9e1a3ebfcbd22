from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.resources import verb
from amh.core.roles import Permission
from patients.actions import movements
from patients.api.bodies import Retiming
from patients.api.records import Records
from patients.api.stays import StayRow, row
from patients.models import Movement


class MovementRow(serializers.ModelSerializer[Movement]):
    class Meta:
        model = Movement
        fields = [
            "id",
            "stay",
            "kind",
            "source",
            "number",
            "effective_at",
            "entered_at",
            "unit",
            "bed",
            "hosting_uf",
            "medical_uf",
            "care_uf",
            "mode",
            "expected_return_at",
            "reason",
            "cancelled_at",
        ]
        read_only_fields = fields


class MovementFilters(Filters):
    stay = IdFilter(field_name="stay")
    patient = IdFilter(field_name="stay__patient")
    effective_after = IsoDateTimeFilter(field_name="effective_at", lookup_expr="gte")
    effective_before = IsoDateTimeFilter(field_name="effective_at", lookup_expr="lt")
    cancelled = YesNoFilter(field_name="cancelled_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Movement
        fields = ["kind", "source"]


class Movements(Records[Movement]):
    """The ledger: what happened or was said to happen."""

    queryset = Movement.objects.all()
    serializer_class = MovementRow
    filterset_class = MovementFilters
    patient_id = "stay.patient_id"
    summaries = {
        "list": _("Les mouvements des séjours que votre rôle permet de voir"),
        "retrieve": _("Un mouvement"),
        "undo": _("Annuler le dernier mouvement d’un séjour"),
        "retime": _("Corriger l’heure effective du dernier mouvement d’un séjour"),
    }

    def get_queryset(self) -> QuerySet[Movement]:
        """Movements of the stays in the scope of the reader."""
        rows = Movement.objects.filter(stay__in=self.stays())
        return rows.select_related("stay").order_by("-effective_at", "-pk")

    @verb(Permission.PLACE, Permission.DISCHARGE, Permission.REGISTER, answer=StayRow)
    def undo(self, request: Request, pk: int) -> Response:
        """Undo the act; answer the stay as it is again."""
        movement = movements.undo(movement=self.get_object(), by=self.by, at=self.at)
        return Response(row(movement.stay_id, at=self.at))

    @verb(Permission.PLACE, Permission.DISCHARGE, body=Retiming, answer=StayRow)
    def retime(self, request: Request, pk: int) -> Response:
        """Correct when the act happened; answer the stay as it is then."""
        movement = movements.retime(movement=self.get_object(), **self.body(Retiming), by=self.by, at=self.at)
        return Response(row(movement.stay_id, at=self.at))
