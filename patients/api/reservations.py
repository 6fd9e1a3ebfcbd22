from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import ChoiceFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Reference, Scoped
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import reservations
from patients.api.persons import PersonRow
from patients.api.placements import MaskedByStay
from patients.api.records import Records
from patients.models import Reservation, Stay
from patients.queries import reservations as reservations_read
from patients.queries.reservations import Outcome
from wards.models import Bed


class ReservationRow(MaskedByStay, serializers.ModelSerializer[Reservation]):
    patient = PersonRow(source="stay.patient", read_only=True)
    outcome = serializers.SerializerMethodField()

    class Meta:
        model = Reservation
        fields = ["id", "bed", "stay", "patient", "expected_at", "starts_at", "ends_at", "released_at", "outcome"]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Outcome.choices))
    def get_outcome(self, reservation: Reservation) -> str:
        """What has become of it."""
        return reservations_read.outcome(reservation, at=timezone.now())


class NewReservation(serializers.Serializer[Any]):
    stay = Scoped(Stay, among="stays")
    bed = Reference(queryset=Bed.objects.select_related("room__unit"))
    expected_at = serializers.DateTimeField()


class ReservationFilters(Filters):
    stay = IdFilter(field_name="stay")
    bed = IdFilter(field_name="bed")
    unit = IdFilter(field_name="bed__room__unit")
    outcome = ChoiceFilter(choices=Outcome.choices, method="with_outcome", label=_("Ce qu’elle est devenue"))
    holds = YesNoFilter(method="holding", label=_("Qui gardent encore un lit maintenant, ou plus"))

    class Meta:
        model = Reservation
        fields: list[str] = []

    def with_outcome(self, rows: QuerySet[Reservation], name: str, value: str) -> QuerySet[Reservation]:
        """Those of which that became."""
        return rows.filter(reservations_read.of_outcome(Outcome(value), at=timezone.now()))

    def holding(self, rows: QuerySet[Reservation], name: str, value: bool) -> QuerySet[Reservation]:
        """Those that keep their bed at this moment (or those that do not)."""
        kept = rows.filter(released_at=None, ends_at__gt=timezone.now())
        return kept if value else rows.exclude(pk__in=kept.values("pk"))


class Reservations(Records[Reservation]):
    """Beds kept for stays."""

    queryset = Reservation.objects.all()
    serializer_class = ReservationRow
    filterset_class = ReservationFilters
    patient_id = "stay.patient_id"
    summaries = {
        "list": _("Les lits gardés pour des séjours que votre rôle permet de voir"),
        "retrieve": _("Une réservation"),
        "create": _("Garder un lit pour un séjour"),
        "release": _("Lever une réservation"),
        "restore": _("Rétablir une réservation levée"),
    }

    def get_queryset(self) -> QuerySet[Reservation]:
        """Reservations of the stays in the scope of the reader."""
        rows = Reservation.objects.filter(stay__in=self.stays())
        return rows.select_related("stay__patient").order_by("-expected_at", "-pk")

    def get_serializer_context(self) -> dict[str, Any]:
        """With the stays that may be named."""
        return {**super().get_serializer_context(), "stays": self.stays()}

    @creation(Permission.RESERVE, body=NewReservation, answer=ReservationRow)
    def create(self, request: Request) -> Response:
        """Keep a bed."""
        reservation = reservations.reserve(**self.body(NewReservation), by=self.by, at=self.at)
        return Response(ReservationRow(reservation).data, status=201)

    @verb(Permission.RESERVE, answer=ReservationRow)
    def release(self, request: Request, pk: int) -> Response:
        """Let a kept bed go."""
        reservation = self.get_object()
        reservations.release(reservation=reservation, by=self.by, at=self.at)
        return Response(ReservationRow(self.get_object()).data)

    @verb(Permission.RESERVE, answer=ReservationRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Keep again a bed that was let go."""
        reservation = self.get_object()
        reservations.restore(reservation=reservation, by=self.by, at=self.at)
        return Response(ReservationRow(self.get_object()).data)
