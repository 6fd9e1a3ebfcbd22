from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Scoped
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import identifiers
from patients.api.patients import NewIdentifier
from patients.api.records import Records
from patients.models import IdentifierType, Patient, PatientIdentifier
from patients.queries import scopes
from patients.queries.protections import is_hidden


class NumberRow(serializers.ModelSerializer[PatientIdentifier]):
    """A number of a patient, and the record that bore it before a merge; that of a protected person is empty."""

    class Meta:
        model = PatientIdentifier
        fields = ["id", "patient", "type", "domain", "value", "origin", "valid_from", "valid_until"]
        read_only_fields = fields

    def to_representation(self, instance: PatientIdentifier) -> dict[str, Any]:
        """The row, masked where it must be."""
        row: dict[str, Any] = super().to_representation(instance)
        is_masked = instance.patient.protected or getattr(instance, "hidden", False)
        return row | {"domain": "", "value": ""} if is_masked else row


class NewNumber(NewIdentifier):
    patient = Scoped(Patient, among="patients")


class NumberFilters(Filters):
    patient = IdFilter(field_name="patient")
    stands = YesNoFilter(field_name="valid_until", lookup_expr="isnull", label=_("Qui sont en cours, ou plus"))

    class Meta:
        model = PatientIdentifier
        fields = ["type"]


class Identifiers(Records[PatientIdentifier]):
    """Numbers by which other systems know patients, each with its domain. The INS never leaves by here."""

    queryset = PatientIdentifier.objects.all()
    serializer_class = NumberRow
    filterset_class = NumberFilters
    summaries = {
        "list": _("Les numéros des patients que votre rôle permet de voir, sans INS"),
        "retrieve": _("Un numéro d’un patient"),
        "create": _("Donner un numéro à un patient"),
        "end": _("Dire qu’un numéro n’est plus celui du patient"),
        "restore": _("Rétablir un numéro qui n’était plus en cours"),
    }

    def get_queryset(self) -> QuerySet[PatientIdentifier]:
        """Numbers of the people in the scope of the reader."""
        rows = PatientIdentifier.objects.filter(patient__in=self._patients()).exclude(type=IdentifierType.INS)
        rows = rows.annotate(hidden=is_hidden("patient__"))
        return rows.select_related("patient").order_by("patient", "type", "domain", "pk")

    def get_serializer_context(self) -> dict[str, Any]:
        """With the patients who may be named."""
        return {**super().get_serializer_context(), "patients": self._patients()}

    @creation(Permission.REGISTER, body=NewNumber, answer=NumberRow)
    def create(self, request: Request) -> Response:
        """Give a number."""
        said = self.body(NewNumber)
        type_ = IdentifierType(said.pop("type"))
        return Response(NumberRow(identifiers.add(type_=type_, **said, by=self.by, at=self.at)).data, status=201)

    @verb(Permission.REGISTER, answer=NumberRow)
    def end(self, request: Request, pk: int) -> Response:
        """End a number."""
        return Response(NumberRow(identifiers.end(identifier=self.get_object(), by=self.by, at=self.at)).data)

    @verb(Permission.REGISTER, answer=NumberRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Let it name the patient again."""
        return Response(NumberRow(identifiers.restore(identifier=self.get_object(), by=self.by, at=self.at)).data)

    def _patients(self) -> QuerySet[Patient]:
        return scopes.patients(to=self.by, at=self.at)
