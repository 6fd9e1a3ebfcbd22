from collections.abc import Callable
from datetime import datetime
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
from amh.core.api.resources import Shape, creation, verb
from amh.core.errors import Invalid
from amh.core.roles import Permission
from patients.actions import (
    deaths,
    departures,
    expected_discharges,
    leaves,
    preadmissions,
    reconciliations,
    stays,
    swaps,
)
from patients.api.bodies import (
    Absence,
    Arrival,
    CallingOff,
    Exchange,
    Exit,
    Expectation,
    NewHour,
    NewStay,
    Responsible,
    Settling,
    ToBed,
    ToUnit,
    When,
)
from patients.api.persons import PersonRow
from patients.api.placements import MASKED, MaskedByStay, PlaceRow, is_masked
from patients.api.records import Records
from patients.models import Movement, Placement, Stay
from patients.queries import movements, placements, scopes
from patients.rules.preadmissions import CHANGERS
from patients.rules.stays import NAMERS


class StayRow(MaskedByStay, serializers.ModelSerializer[Stay]):
    """A stay, with where its patient is now and the last movement (the one that can be undone)."""

    patient = PersonRow(read_only=True)
    practitioner: Any = serializers.StringRelatedField(allow_null=True)
    placement = serializers.SerializerMethodField()
    last_movement = serializers.SerializerMethodField()

    class Meta:
        model = Stay
        fields = [
            "id", "patient", "kind", "state", "unit", "practitioner", "visit_number", "account_number", "expected_at",
            "admitted_at", "discharged_at", "expected_discharge_at", "expected_discharge_certainty", "exit_mode",
            "on_leave_until", "arrival_transport", "departure_transport", "origin_finess", "destination_finess",
            "single_room", "protected", "placement", "last_movement",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PlaceRow(allow_null=True))
    def get_placement(self, stay: Stay) -> dict[str, Any] | None:
        """Where the patient is now."""
        here: list[Placement] = stay.here  # type: ignore[attr-defined]
        return PlaceRow(here[0]).data if here else None

    def get_last_movement(self, stay: Stay) -> int | None:
        """The movement that stands last."""
        ledger: list[Movement] = stay.ledger  # type: ignore[attr-defined]
        return movements.ordered(ledger)[-1].pk if ledger else None

    def to_representation(self, instance: Stay) -> dict[str, Any]:
        """The row; the numbers by which other systems know a protected stay are empty."""
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | {"visit_number": "", "account_number": ""} if is_masked(instance) else shown


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
        return rows.filter(**{name: value}).exclude(MASKED)


class Stays(Records[Stay]):
    """Stays, from the preadmission to the departure, and the ward's verbs on them."""

    queryset = Stay.objects.all()
    serializer_class = StayRow
    filterset_class = StayFilters
    summaries = {
        "list": _("Les séjours que votre rôle permet de voir"),
        "retrieve": _("Un séjour"),
        "create": _("Préadmettre : attendre un patient dans une unité"),
        "reschedule": _("Attendre un patient à une autre heure"),
        "cancel": _("Dire qu’un patient attendu ne vient pas, et pourquoi"),
        "reinstate": _("Attendre de nouveau un patient dont le séjour a été annulé"),
        "assign_practitioner": _("Désigner le médecin responsable d’un séjour"),
        "admit": _("Enregistrer l’arrivée d’un patient attendu"),
        "place": _("Donner un lit à un patient qui n’en a pas"),
        "move": _("Muter un patient dans un autre lit"),
        "wait": _("Dire qu’un patient est dans une unité, sans lit"),
        "swap": _("Échanger les lits de deux patients"),
        "leave": _("Enregistrer un départ en permission : le lit reste gardé"),
        "come_back": _("Enregistrer un retour de permission"),
        "lounge": _("Enregistrer un départ au salon de sortie : le lit est libre"),
        "die": _("Enregistrer un décès : le lit reste gardé jusqu’au départ du corps"),
        "body_left": _("Enregistrer le départ du corps"),
        "discharge": _("Enregistrer le départ d’un patient : son lit est libre à cet instant"),
        "depart": _("Confirmer le départ d’un patient dont un autre logiciel a saisi la sortie"),
        "home_care": _("Passer un patient en hospitalisation à domicile : une sortie et un nouveau séjour"),
        "reconcile": _("Répondre à un lit à confirmer : l’autre est parti, échange, erreur de saisie"),
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

    def get_serializer_context(self) -> dict[str, Any]:
        """With the stays and the patients that may be named."""
        patients = scopes.patients(to=self.by, at=self.at)
        return {**super().get_serializer_context(), "stays": self.stays(), "patients": patients}

    @verb(*CHANGERS, body=NewHour, answer=StayRow)
    def reschedule(self, request: Request, pk: int) -> Response:
        """Expect at another hour."""
        return self._act(preadmissions.reschedule, NewHour)

    @verb(*CHANGERS, body=CallingOff, answer=StayRow)
    def cancel(self, request: Request, pk: int) -> Response:
        """Call off."""
        return self._act(preadmissions.cancel, CallingOff)

    @verb(*CHANGERS, answer=StayRow)
    def reinstate(self, request: Request, pk: int) -> Response:
        """Expect again."""
        stay = self.get_object()
        preadmissions.reinstate(stay=stay, by=self.by, at=self.at)
        return self._answer(stay)

    @verb(*NAMERS, body=Responsible, answer=StayRow, path="assign-practitioner")
    def assign_practitioner(self, request: Request, pk: int) -> Response:
        """Name the physician."""
        return self._act(stays.assign_practitioner, Responsible)

    @verb(Permission.PLACE, body=Arrival, answer=StayRow)
    def admit(self, request: Request, pk: int) -> Response:
        """Record an arrival."""
        stay, arrival = self.get_object(), self.body(Arrival)
        bed, unit = arrival["bed"], arrival.pop("unit")
        unit = bed.room.unit if bed else unit or stay.unit
        if unit is None:
            raise Invalid(_now("Indiquer l’unité où le patient arrive."), code="required", field="unit")
        stays.admit(stay=stay, unit=unit, **arrival, by=self.by, at=self.at)
        return self._answer(stay)

    @verb(Permission.PLACE, body=ToBed, answer=StayRow)
    def place(self, request: Request, pk: int) -> Response:
        """Give a bed."""
        return self._act(stays.place, ToBed)

    @verb(Permission.PLACE, body=ToBed, answer=StayRow)
    def move(self, request: Request, pk: int) -> Response:
        """Change the bed."""
        return self._act(stays.move, ToBed, bed="to")

    @verb(Permission.PLACE, body=ToUnit, answer=StayRow)
    def wait(self, request: Request, pk: int) -> Response:
        """Be in a unit without a bed."""
        return self._act(stays.wait, ToUnit)

    @verb(Permission.PLACE, body=Exchange, answer=StayRow)
    def swap(self, request: Request, pk: int) -> Response:
        """Exchange two beds."""
        return self._act(swaps.swap, Exchange)

    @verb(Permission.PLACE, body=Absence, answer=StayRow)
    def leave(self, request: Request, pk: int) -> Response:
        """Go on leave."""
        return self._act(leaves.leave, Absence)

    @verb(Permission.PLACE, body=When, answer=StayRow, path="come-back")
    def come_back(self, request: Request, pk: int) -> Response:
        """Come back from leave."""
        return self._act(leaves.come_back, When)

    @verb(Permission.PLACE, body=When, answer=StayRow)
    def lounge(self, request: Request, pk: int) -> Response:
        """Go to the lounge."""
        return self._act(departures.to_lounge, When)

    @verb(Permission.DISCHARGE, body=When, answer=StayRow)
    def die(self, request: Request, pk: int) -> Response:
        """Record a death."""
        return self._act(deaths.die, When)

    @verb(Permission.DISCHARGE, body=When, answer=StayRow, path="body-left")
    def body_left(self, request: Request, pk: int) -> Response:
        """Record that the body has left."""
        return self._act(deaths.body_left, When)

    @verb(Permission.DISCHARGE, body=Exit, answer=StayRow)
    def discharge(self, request: Request, pk: int) -> Response:
        """Record a departure."""
        return self._act(stays.discharge, Exit)

    @verb(Permission.DISCHARGE, body=When, answer=StayRow)
    def depart(self, request: Request, pk: int) -> Response:
        """Confirm a departure."""
        return self._act(departures.depart, When)

    @verb(Permission.DISCHARGE, body=ToUnit, answer=StayRow, path="home-care")
    def home_care(self, request: Request, pk: int) -> Response:
        """Go on in home care; answer the new stay."""
        home = departures.to_home_care(stay=self.get_object(), **self.body(ToUnit), by=self.by, at=self.at)
        return self._answer(home)

    @verb(Permission.PLACE, Permission.DISCHARGE, body=Settling, answer=StayRow)
    def reconcile(self, request: Request, pk: int) -> Response:
        """Settle a bed that is to be confirmed."""
        return self._act(reconciliations.reconcile, Settling)

    @verb(Permission.EXPECT_DISCHARGE, body=Expectation, answer=StayRow, path="expect-discharge")
    def expect_discharge(self, request: Request, pk: int) -> Response:
        """Say when the patient will leave."""
        return self._act(expected_discharges.expect, Expectation)

    def _act(self, act: Callable[..., object], shape: Shape, **renamed: str) -> Response:
        """Do the act on the stay with what the body says; some names differ."""
        stay = self.get_object()
        said = {renamed.get(name, name): value for name, value in self.body(shape).items()}
        act(stay=stay, **said, by=self.by, at=self.at)
        return self._answer(stay)

    def _answer(self, stay: Stay) -> Response:
        return Response(row(stay.pk, at=self.at))
