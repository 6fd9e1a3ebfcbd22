from typing import Any

from django.db.models import Prefetch, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, ChoiceFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import identities, patients, purges
from patients.api.homonyms import HomonymRow, rows
from patients.api.persons import PersonRow
from patients.api.records import Records
from patients.models import IdentifierType, IdentityStatus, Patient, PatientIdentifier, Protection
from patients.models.patients import Folded
from patients.queries import merges, scopes
from patients.queries.protections import hidden, is_hidden
from patients.rules import homonyms
from patients.rules.identities import GIVEN_TYPES, Anomaly

SHOWN = PatientIdentifier.objects.filter(valid_until=None).exclude(type=IdentifierType.INS).order_by("type", "domain")
"""Numbers that leave by the interface: never the INS."""


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
            "lunar_birth_date",
            "birth_place",
            "identity_status",
            "identity_document",
            "homonym",
            "doubtful",
            "fictive",
            "possible_duplicate",
            "collision",
            "phone",
            "mobile",
            "email",
            "address",
            "health_record",
            "identifiers",
        ]
        read_only_fields = fields


class NewIdentifier(serializers.Serializer[Any]):
    """A number that is told by hand: the INS only ever comes from its own service."""

    type = serializers.ChoiceField(choices=GIVEN_TYPES)
    domain = serializers.CharField(max_length=120, allow_blank=True, default="")
    value = serializers.CharField(max_length=80)


class Correction(serializers.ModelSerializer[Patient]):
    """Traits of a person; those that are not sent stay as they are."""

    class Meta:
        model = Patient
        fields = [
            "birth_name",
            "first_names",
            "used_name",
            "used_first_name",
            "birth_date",
            "lunar_birth_date",
            "birth_place",
            "sex",
            "identity_checked",
            "identity_document",
            "homonym",
            "doubtful",
            "fictive",
            "possible_duplicate",
            "collision",
            "phone",
            "mobile",
            "email",
            "address",
        ]
        extra_kwargs = {"birth_name": {"required": False}}


class NewPatient(serializers.ModelSerializer[Patient]):
    identifiers = NewIdentifier(many=True, required=False)

    class Meta:
        model = Patient
        fields = [*Correction.Meta.fields, "protected", "protection", "identifiers"]


class Protecting(serializers.Serializer[Any]):
    protection = serializers.ChoiceField(choices=Protection.choices)


class Report(serializers.Serializer[Any]):
    anomaly = serializers.ChoiceField(choices=Anomaly.choices)


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
        """Those of whom every word stands somewhere in the names, now or before a merge, whatever accents."""
        named = Patient.objects.filter(cancelled_at=None)
        for word in value.split():
            named = named.filter(search_key__contains=Folded(Value(word)))
        return self._found(rows, named)

    def with_birth_date(self, rows: QuerySet[Patient], name: str, value: str) -> QuerySet[Patient]:
        """Those born on that day, month or year, as one of their records says."""
        return self._found(rows, Patient.objects.filter(cancelled_at=None, birth_date__startswith=value))

    @staticmethod
    def _found(rows: QuerySet[Patient], records: QuerySet[Patient]) -> QuerySet[Patient]:
        return rows.filter(pk__in=merges.heads(records)).exclude(hidden())

    def with_identifier(self, rows: QuerySet[Patient], name: str, value: str) -> QuerySet[Patient]:
        """Those whom this number names today."""
        return rows.filter(identifiers__in=SHOWN.filter(value=value)).exclude(hidden()).distinct()


class Patients(Records[Patient]):
    """People of whom the reader may see a stay."""

    queryset = Patient.objects.order_by("pk")
    serializer_class = PatientRow
    filterset_class = PatientFilters
    patient_id = "pk"
    summaries = {
        "list": _("Les patients que votre rôle permet de voir"),
        "retrieve": _("Un patient ; un dossier fusionné répond par celui qui continue"),
        "create": _("Enregistrer un patient"),
        "correct": _("Corriger des traits d’identité"),
        "protect": _("Ne plus montrer le nom d’un patient, avec le motif"),
        "unprotect": _("Montrer de nouveau le nom d’un patient"),
        "withdraw": _("Retirer un patient enregistré par erreur"),
        "purge_ins": _("Retirer l’INS d’un patient de partout"),
        "report_anomaly": _("Signaler une anomalie d’identité au bureau des entrées"),
        "homonyms": _("Les homonymes d’un patient parmi ceux qui sont dans son unité"),
    }

    def get_queryset(self) -> QuerySet[Patient]:
        """People in the scope of the reader, with their numbers."""
        rows = scopes.patients(to=self.by, at=self.at).annotate(hidden=is_hidden()).order_by("pk")
        return rows.prefetch_related(Prefetch("identifiers", queryset=SHOWN))

    def get_object(self) -> Patient:
        """The patient, or the record that goes on for them after a merge."""
        self.kwargs["pk"] = merges.head(self.kwargs["pk"])
        return super().get_object()

    @creation(Permission.REGISTER, body=NewPatient, answer=PatientRow)
    def create(self, request: Request) -> Response:
        """Register a person."""
        traits = self.body(NewPatient)
        identifiers = [(each["type"], each["domain"], each["value"]) for each in traits.pop("identifiers", [])]
        patient = patients.register(traits=traits, identifiers=identifiers, by=self.by, at=self.at)
        return Response(self._row(patient.pk), status=201)

    @verb(Permission.REGISTER, body=Correction, answer=PatientRow)
    def correct(self, request: Request, pk: int) -> Response:
        """Replace the traits that are sent."""
        patient = self.get_object()
        patients.correct(patient=patient, traits=self._sent(), by=self.by, at=self.at)
        return Response(self._row(patient.pk))

    @verb(Permission.REGISTER, body=Protecting, answer=PatientRow)
    def protect(self, request: Request, pk: int) -> Response:
        """Hide the name."""
        patient = self.get_object()
        patients.protect(patient=patient, **self.body(Protecting), by=self.by, at=self.at)
        return Response(self._row(patient.pk))

    @verb(Permission.REGISTER, answer=PatientRow)
    def unprotect(self, request: Request, pk: int) -> Response:
        """Show the name again."""
        patient = self.get_object()
        patients.unprotect(patient=patient, by=self.by, at=self.at)
        return Response(self._row(patient.pk))

    @verb(Permission.REGISTER, answer=None)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Undo a registration."""
        patients.withdraw(patient=self.get_object(), by=self.by, at=self.at)
        return Response(status=204)

    @verb(Permission.MERGE_PATIENTS, answer=PatientRow, path="purge-ins")
    def purge_ins(self, request: Request, pk: int) -> Response:
        """Forget the INS."""
        patient = self.get_object()
        purges.purge_ins(patient=patient, by=self.by, at=self.at)
        return Response(self._row(patient.pk))

    @verb(Permission.VIEW_PATIENT, body=Report, answer=None, path="report-anomaly")
    def report_anomaly(self, request: Request, pk: int) -> Response:
        """Ask for a check of the identity."""
        anomaly = Anomaly(self.body(Report)["anomaly"])
        identities.report(patient=self.get_object(), anomaly=anomaly, by=self.by, at=self.at)
        return Response(status=204)

    @extend_schema(responses=HomonymRow(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def homonyms(self, request: Request, pk: int) -> Response:
        """Say who is close by and may be confused with the patient."""
        patient = self.get_object()
        found = homonyms.of(patient, at=self.at)
        self.trace(count=len(found), patient_id=patient.pk)
        return Response(rows(found, to=self.by))

    def _sent(self) -> dict[str, Any]:
        """What the body says and nothing else: a trait that is not sent has no default."""
        shape = Correction(data=self.request.data, partial=True)
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)

    def _row(self, pk: int) -> dict[str, Any]:
        people = Patient.objects.annotate(hidden=is_hidden())
        return PatientRow(people.prefetch_related(Prefetch("identifiers", queryset=SHOWN)).get(pk=pk)).data
