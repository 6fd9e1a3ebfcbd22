from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, IsoDateTimeFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import creation, verb
from amh.core.errors import Invalid
from amh.core.roles import Permission
from patients.actions import expected_discharges, stays
from patients.api.patients import PersonRow
from patients.api.placements import PlaceRow
from patients.api.records import Records
from patients.models import Certainty, Movement, Patient, Placement, Practitioner, Stay, StayKind
from patients.queries import placements
from wards.models import Bed, Unit

BEDS = Bed.objects.select_related("room__unit")


class StayRow(serializers.ModelSerializer[Stay]):
    """A stay, with where its patient is now and the last movement (the one that can be undone)."""

    patient = PersonRow(read_only=True)
    practitioner: Any = serializers.StringRelatedField(allow_null=True)
    placement = serializers.SerializerMethodField()
    last_movement = serializers.SerializerMethodField()

    class Meta:
        model = Stay
        fields = [
            "id",
            "patient",
            "kind",
            "state",
            "unit",
            "practitioner",
            "visit_number",
            "account_number",
            "expected_at",
            "admitted_at",
            "discharged_at",
            "expected_discharge_at",
            "expected_discharge_certainty",
            "placement",
            "last_movement",
        ]
        read_only_fields = fields

    @extend_schema_field(PlaceRow(allow_null=True))
    def get_placement(self, stay: Stay) -> dict[str, Any] | None:
        """Where the patient is now."""
        here: list[Placement] = stay.here  # type: ignore[attr-defined]
        return PlaceRow(here[0]).data if here else None

    def get_last_movement(self, stay: Stay) -> int | None:
        """The movement that stands last."""
        ledger: list[Movement] = stay.ledger  # type: ignore[attr-defined]
        return max(ledger, key=attrgetter("order")).pk if ledger else None

    def to_representation(self, instance: Stay) -> dict[str, Any]:
        """The row; the numbers by which other systems know a protected stay are empty."""
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | {"visit_number": "", "account_number": ""} if instance.patient.protected else shown


def with_place(rows: QuerySet[Stay], *, at: datetime) -> QuerySet[Stay]:
    """The same stays with all that ``StayRow`` shows, in a fixed number of queries."""
    here = Placement.objects.filter(placements.reaching(at), starts_at__lte=at)
    ledger = Movement.objects.standing()
    return rows.select_related("patient", "practitioner").prefetch_related(
        Prefetch("placements", queryset=here, to_attr="here"),
        Prefetch("movements", queryset=ledger, to_attr="ledger"),
    )


def row(pk: int, *, at: datetime) -> dict[str, Any]:
    """A stay as it is after an act."""
    return StayRow(with_place(Stay.objects.all(), at=at).get(pk=pk)).data


class NewStay(serializers.Serializer[Any]):
    patient = Reference(queryset=Patient.objects.filter(cancelled_at=None))
    unit = Reference(queryset=Unit.objects.all())
    kind = serializers.ChoiceField(choices=StayKind.choices, default=StayKind.INPATIENT)
    expected_at = serializers.DateTimeField()
    practitioner = Reference(queryset=Practitioner.objects.all(), required=False, allow_null=True, default=None)


class Arrival(serializers.Serializer[Any]):
    """Without a bed the patient arrives in the unit; without either, in the unit that expects them."""

    bed = Reference(queryset=BEDS, required=False, allow_null=True, default=None)
    unit = Reference(queryset=Unit.objects.all(), required=False, allow_null=True, default=None)
    effective_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A bed says its unit: both at once could disagree."""
        if attrs["bed"] and attrs["unit"]:
            raise serializers.ValidationError({"unit": [_now("Donner le lit ou l’unité, pas les deux.")]})
        return attrs


class ToBed(serializers.Serializer[Any]):
    bed = Reference(queryset=BEDS)
    effective_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class Departure(serializers.Serializer[Any]):
    effective_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class Expectation(serializers.Serializer[Any]):
    """``expected_at`` null takes the expected discharge away."""

    expected_at = serializers.DateTimeField(allow_null=True)
    certainty = serializers.ChoiceField(choices=Certainty.choices, default=Certainty.POSSIBLE)
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class StayFilters(Filters):
    """Searches by number pass over protected people: finding one would unmask them."""

    patient = IdFilter(field_name="patient")
    unit = IdFilter(field_name="unit")
    visit_number = CharFilter(method="with_number")
    account_number = CharFilter(method="with_number")
    expected_after = IsoDateTimeFilter(field_name="expected_at", lookup_expr="gte")
    expected_before = IsoDateTimeFilter(field_name="expected_at", lookup_expr="lt")
    expected_discharge_before = IsoDateTimeFilter(field_name="expected_discharge_at", lookup_expr="lt")
    admitted_after = IsoDateTimeFilter(field_name="admitted_at", lookup_expr="gte")
    discharged_after = IsoDateTimeFilter(field_name="discharged_at", lookup_expr="gte")

    class Meta:
        model = Stay
        fields = ["state", "kind"]

    def with_number(self, rows: QuerySet[Stay], name: str, value: str) -> QuerySet[Stay]:
        """Those of that number."""
        return rows.filter(**{name: value}).exclude(patient__protected=True)


class Stays(Records[Stay]):
    """Stays, from the preadmission to the departure, and the ward's verbs on them."""

    queryset = Stay.objects.all()
    serializer_class = StayRow
    filterset_class = StayFilters
    summaries = {
        "list": _("Les séjours que votre rôle permet de voir"),
        "retrieve": _("Un séjour"),
        "create": _("Préadmettre : attendre un patient dans une unité"),
        "admit": _("Enregistrer l’arrivée d’un patient attendu"),
        "place": _("Donner un lit à un patient qui n’en a pas"),
        "move": _("Muter un patient dans un autre lit"),
        "discharge": _("Enregistrer le départ d’un patient : son lit est libre à cet instant"),
        "expect_discharge": _("Dire quand un patient partira, et avec quelle certitude"),
    }

    def get_queryset(self) -> QuerySet[Stay]:
        """Stays in the scope of the reader."""
        return with_place(self.stays(), at=self.at).order_by("-pk")

    @creation(Permission.REGISTER, body=NewStay, answer=StayRow)
    def create(self, request: Request) -> Response:
        """Expect a patient."""
        stay = stays.preadmit(**self.body(NewStay), by=self.by, at=self.at)
        return Response(row(stay.pk, at=self.at), status=201)

    @verb(Permission.PLACE, body=Arrival, answer=StayRow)
    def admit(self, request: Request, pk: int) -> Response:
        """Record an arrival."""
        stay, arrival = self.get_object(), self.body(Arrival)
        bed = arrival["bed"]
        unit = bed.room.unit if bed else arrival["unit"] or stay.unit
        if unit is None:
            raise Invalid(_now("Indiquer l’unité où le patient arrive."), code="required", field="unit")
        stays.admit(stay=stay, unit=unit, bed=bed, by=self.by, at=self.at, effective_at=arrival["effective_at"])
        return self._answer(stay)

    @verb(Permission.PLACE, body=ToBed, answer=StayRow)
    def place(self, request: Request, pk: int) -> Response:
        """Give a bed."""
        stay = self.get_object()
        stays.place(stay=stay, **self.body(ToBed), by=self.by, at=self.at)
        return self._answer(stay)

    @verb(Permission.PLACE, body=ToBed, answer=StayRow)
    def move(self, request: Request, pk: int) -> Response:
        """Change the bed."""
        stay, wish = self.get_object(), self.body(ToBed)
        stays.move(stay=stay, to=wish["bed"], by=self.by, at=self.at, effective_at=wish["effective_at"])
        return self._answer(stay)

    @verb(Permission.DISCHARGE, body=Departure, answer=StayRow)
    def discharge(self, request: Request, pk: int) -> Response:
        """Record a departure."""
        stay = self.get_object()
        stays.discharge(stay=stay, **self.body(Departure), by=self.by, at=self.at)
        return self._answer(stay)

    @verb(Permission.EXPECT_DISCHARGE, body=Expectation, answer=StayRow, path="expect-discharge")
    def expect_discharge(self, request: Request, pk: int) -> Response:
        """Say when the patient will leave."""
        stay = self.get_object()
        expected_discharges.expect(stay=stay, **self.body(Expectation), by=self.by, at=self.at)
        return self._answer(stay)

    def _answer(self, stay: Stay) -> Response:
        return Response(row(stay.pk, at=self.at))
