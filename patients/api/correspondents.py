from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Reference
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import correspondents
from patients.api.parts import PATIENTS, Parts
from patients.models import Correspondent, CorrespondentRole, Organisation, Practitioner


class CorrespondentRow(serializers.ModelSerializer[Correspondent]):
    """A general practitioner with neither ``practitioner`` nor ``organisation``: none was declared."""

    class Meta:
        model = Correspondent
        fields = ["id", "patient", "role", "practitioner", "organisation", "entered_at", "withdrawn_at"]
        read_only_fields = fields


class Somebody(serializers.Serializer[Any]):
    """A professional or a structure; neither is « aucun médecin traitant déclaré »."""

    practitioner = Reference(queryset=Practitioner.objects.all(), required=False, allow_null=True, default=None)
    organisation = Reference(queryset=Organisation.objects.all(), required=False, allow_null=True, default=None)


class NewCorrespondent(Somebody):
    patient = Reference(queryset=PATIENTS)
    role = serializers.ChoiceField(choices=CorrespondentRole.choices)


class CorrespondentFilters(Filters):
    patient = IdFilter(field_name="patient")
    practitioner = IdFilter(field_name="practitioner")
    organisation = IdFilter(field_name="organisation")
    withdrawn = YesNoFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Correspondent
        fields = ["role"]


class Correspondents(Parts[Correspondent]):
    """Who follows patients outside."""

    queryset = Correspondent.objects.all()
    serializer_class = CorrespondentRow
    filterset_class = CorrespondentFilters
    summaries = {
        "list": _("Les correspondants des patients dont le dossier vous est ouvert"),
        "retrieve": _("Un correspondant"),
        "create": _("Noter un correspondant, ou qu’aucun médecin traitant n’est déclaré"),
        "replace": _("Noter quelqu’un d’autre au même titre"),
        "withdraw": _("Retirer un correspondant"),
        "restore": _("Rétablir un correspondant retiré"),
    }

    @creation(Permission.COMPLETE_RECORD, body=NewCorrespondent, answer=CorrespondentRow)
    def create(self, request: Request) -> Response:
        """Note who follows the patient."""
        values = self.body(NewCorrespondent)
        values["role"] = CorrespondentRole(values["role"])
        correspondent = correspondents.add(**values, by=self.by, at=self.at)
        return Response(CorrespondentRow(correspondent).data, status=201)

    @verb(Permission.COMPLETE_RECORD, body=Somebody, answer=CorrespondentRow)
    def replace(self, request: Request, pk: int) -> Response:
        """Note somebody else; the answer is the new row."""
        before = self.get_object()
        after = correspondents.replace(correspondent=before, **self.body(Somebody), by=self.by, at=self.at)
        return Response(CorrespondentRow(after).data)

    @verb(Permission.COMPLETE_RECORD, answer=CorrespondentRow)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take somebody off the record."""
        correspondent = self.get_object()
        correspondents.withdraw(correspondent=correspondent, by=self.by, at=self.at)
        return self._answer(correspondent)

    @verb(Permission.COMPLETE_RECORD, answer=CorrespondentRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Undo a withdrawal."""
        correspondent = self.get_object()
        correspondents.restore(correspondent=correspondent, by=self.by, at=self.at)
        return self._answer(correspondent)

    def _answer(self, correspondent: Correspondent) -> Response:
        correspondent.refresh_from_db()
        return Response(CorrespondentRow(correspondent).data)
