from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Scoped
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import merges
from patients.api.records import Records
from patients.models import Merge, Patient
from patients.queries import merges as queries
from patients.queries import scopes
from patients.rules import merges as rules


class MergeRow(serializers.ModelSerializer[Merge]):
    """A merge, and how many rows of each model it moved."""

    moved = serializers.SerializerMethodField()

    class Meta:
        model = Merge
        fields = ["id", "survivor", "merged", "source", "reason", "moved", "entered_at", "undone_at"]
        read_only_fields = fields

    def get_moved(self, merge: Merge) -> dict[str, int]:
        """Rows by model."""
        return {label: len(pks) for label, pks in merge.rows.items()}


class Couple(serializers.Serializer[Any]):
    """Two records in the scope of whoever asks; the protected open to exceptional accesses alone."""

    survivor = Scoped(Patient, among="records")
    merged = Scoped(Patient, among="records")


class NewMerge(Couple):
    reason = serializers.CharField(max_length=200)
    confirmed = serializers.BooleanField(default=False)


class MergePreview(serializers.Serializer[Any]):
    """What a merge would move, and what the two records say differently."""

    moved = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    contradictions = serializers.ListField(child=serializers.CharField(), read_only=True)


class MergeFilters(Filters):
    patient = IdFilter(method="of_patient", label=_("Dont ce dossier est l’un des deux"))
    undone = YesNoFilter(field_name="undone_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Merge
        fields = ["source"]

    def of_patient(self, rows: QuerySet[Merge], name: str, value: int) -> QuerySet[Merge]:
        """Those into this record or of it."""
        return rows.filter(Q(survivor=value) | Q(merged=value))


class Merges(Records[Merge]):
    """Two records of one person that became one, and what was taken back."""

    permission = Permission.MERGE_PATIENTS
    queryset = Merge.objects.all()
    serializer_class = MergeRow
    filterset_class = MergeFilters
    patient_id = "survivor_id"
    summaries = {
        "list": _("Les fusions de dossiers"),
        "retrieve": _("Une fusion"),
        "create": _("Fusionner deux dossiers d’une même personne"),
        "preview": _("Ce que ferait une fusion, sans la faire"),
        "undo": _("Annuler une fusion : chaque ligne revient à son dossier"),
    }

    def get_queryset(self) -> QuerySet[Merge]:
        """Every merge: the right to merge is held for the hospital."""
        return Merge.objects.order_by("-entered_at", "-pk")

    def get_serializer_context(self) -> dict[str, Any]:
        """With the records that may be named, merged ones too: the rule says why those are refused."""
        return {**super().get_serializer_context(), "records": scopes.records(to=self.by, at=self.at)}

    @creation(Permission.MERGE_PATIENTS, body=NewMerge, answer=MergeRow)
    def create(self, request: Request) -> Response:
        """Merge."""
        done = merges.merge(**self.body(NewMerge), by=self.by, at=self.at)
        return Response(MergeRow(done).data, status=201)

    @extend_schema(request=Couple, responses=MergePreview, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def preview(self, request: Request) -> Response:
        """Say what would move and what contradicts."""
        couple = self.body(Couple)
        survivor, merged = couple["survivor"], couple["merged"]
        rules.check_merge(survivor, merged, by=self.by)
        for patient in (survivor, merged):
            self.trace(count=1, patient_id=patient.pk)
        moved = {label: len(pks) for label, pks in queries.rows(merged.pk).items()}
        return Response({"moved": moved, "contradictions": rules.contradictions(survivor, merged)})

    @verb(Permission.MERGE_PATIENTS, answer=MergeRow)
    def undo(self, request: Request, pk: int) -> Response:
        """Take the merge back."""
        return Response(MergeRow(merges.undo(merge=self.get_object(), by=self.by, at=self.at)).data)
