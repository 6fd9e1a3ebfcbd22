from typing import Any

from django.db.models import Prefetch, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, ChoiceFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import patients
from patients.api.records import Records
from patients.models import IdentifierType, IdentityStatus, Patient, PatientIdentifier
from patients.models.patients import Folded
from patients.queries import scopes

MASK = _("Identité protégée")

SHOWN = PatientIdentifier.objects.filter(valid_until=None).exclude(type=IdentifierType.INS).order_by("type", "domain")
"""Numbers that leave by the interface: never the INS."""

HIDDEN = {"birth_name", "first_names", "used_name", "used_first_name", "birth_date", "birth_place"}
"""Traits of a protected person that are answered empty."""


class PersonRow(serializers.ModelSerializer[Patient]):
    """Whom a row is about, in a few words; people of SEC-8 are masked for everyone."""

    name = serializers.CharField(source="display_name", read_only=True)

    class Meta:
        model = Patient
        fields = ["id", "name", "birth_date", "sex", "protected"]
        read_only_fields = fields

    def to_representation(self, instance: Patient) -> dict[str, Any]:
        """The row, masked where it must be."""
        row: dict[str, Any] = super().to_representation(instance)
        return masked(row) if instance.protected else row


def masked(row: dict[str, Any]) -> dict[str, Any]:
    """The same row without what would tell who it is."""
    hidden = dict.fromkeys(HIDDEN & row.keys(), "") | {"name": str(MASK), "sex": "U"}
    return row | hidden | ({"identifiers": []} if "identifiers" in row else {})


class IdentifierRow(serializers.ModelSerializer[PatientIdentifier]):
    class Meta:
        model = PatientIdentifier
        fields = ["type", "domain", "value"]
        read_only_fields = fields


class PatientRow(PersonRow):
    identity_status = serializers.ChoiceField(choices=IdentityStatus.choices, read_only=True)
    identifiers = IdentifierRow(many=True, read_only=True)

    class Meta(PersonRow.Meta):
        fields = [
            *PersonRow.Meta.fields,
            "birth_name",
            "first_names",
            "used_name",
            "used_first_name",
            "birth_place",
            "identity_status",
            "homonym",
            "doubtful",
            "fictive",
            "identifiers",
        ]
        read_only_fields = fields


class NewIdentifier(serializers.Serializer[Any]):
    """A number that is told by hand: the INS only ever comes from its own service."""

    type = serializers.ChoiceField(choices=[each for each in IdentifierType.choices if each[0] != IdentifierType.INS])
    domain = serializers.CharField(max_length=120, allow_blank=True, default="")
    value = serializers.CharField(max_length=80)


class NewPatient(serializers.ModelSerializer[Patient]):
    identifiers = NewIdentifier(many=True, required=False)

    class Meta:
        model = Patient
        fields = [
            "birth_name",
            "first_names",
            "used_name",
            "used_first_name",
            "birth_date",
            "birth_place",
            "sex",
            "identity_checked",
            "homonym",
            "doubtful",
            "fictive",
            "protected",
            "identifiers",
        ]


class PatientFilters(Filters):
    """Searches by trait or number pass over protected people: finding one would unmask them."""

    name = CharFilter(method="with_name", label=_("Mots du nom ou des prénoms"))
    birth_date = CharFilter(method="with_birth_date", label=_("Date de naissance : 1958, 1958-03 ou 1958-03-12"))
    identifier = CharFilter(method="with_identifier", label=_("Numéro en cours : IPP ou autre"))

    identity_status = ChoiceFilter(choices=IdentityStatus.choices)

    class Meta:
        model = Patient
        fields = ["homonym", "doubtful", "fictive"]

    def with_name(self, rows: QuerySet[Patient], name: str, value: str) -> QuerySet[Patient]:
        """Those of whom every word stands somewhere in the names, whatever accents and capitals."""
        for word in value.split():
            rows = rows.filter(search_key__contains=Folded(Value(word)))
        return rows.exclude(protected=True)

    def with_birth_date(self, rows: QuerySet[Patient], name: str, value: str) -> QuerySet[Patient]:
        """Those born on that day, month or year."""
        return rows.filter(birth_date__startswith=value).exclude(protected=True)

    def with_identifier(self, rows: QuerySet[Patient], name: str, value: str) -> QuerySet[Patient]:
        """Those whom this number names today."""
        return rows.filter(identifiers__in=SHOWN.filter(value=value)).exclude(protected=True).distinct()


class Patients(Records[Patient]):
    """People of whom the reader may see a stay."""

    queryset = Patient.objects.order_by("pk")
    serializer_class = PatientRow
    filterset_class = PatientFilters
    patient_id = "pk"
    summaries = {
        "list": _("Les patients que votre rôle permet de voir"),
        "retrieve": _("Un patient"),
        "create": _("Enregistrer un patient"),
        "withdraw": _("Retirer un patient enregistré par erreur"),
    }

    def get_queryset(self) -> QuerySet[Patient]:
        """People in the scope of the reader, with their numbers."""
        rows = scopes.patients(to=self.by, at=self.at).order_by("pk")
        return rows.prefetch_related(Prefetch("identifiers", queryset=SHOWN))

    @creation(Permission.REGISTER, body=NewPatient, answer=PatientRow)
    def create(self, request: Request) -> Response:
        """Register a person."""
        traits = self.body(NewPatient)
        identifiers = [(each["type"], each["domain"], each["value"]) for each in traits.pop("identifiers", [])]
        patient = patients.register(traits=traits, identifiers=identifiers, by=self.by, at=self.at)
        return Response(self._row(patient.pk), status=201)

    @verb(Permission.REGISTER, answer=None)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Undo a registration."""
        patients.withdraw(patient=self.get_object(), by=self.by, at=self.at)
        return Response(status=204)

    def _row(self, pk: int) -> dict[str, Any]:
        fresh = Patient.objects.prefetch_related(Prefetch("identifiers", queryset=SHOWN)).get(pk=pk)
        return PatientRow(fresh).data
