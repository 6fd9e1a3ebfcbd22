"""Who is in which unit, as far as people can be taken for one another (ID-8)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from patients.models import Patient, Placement, Reservation, StayState
from patients.queries.placements import reaching

TRAITS = ("birth_name", "used_name", "first_names", "used_first_name", "birth_date", "sex")
HIDDEN = Q(stay__patient__protected=True) | Q(stay__protected=True) | Q(stay__state=StayState.DECEASED)
"""Whom no line names: the protected (SEC-8), and those who have died (WR-14)."""

IS_HIDDEN = ExpressionWrapper(HIDDEN, output_field=BooleanField())


class Neighbour(NamedTuple):
    """A person and the place where they are; none for somebody who is nowhere. Who is ``hidden`` is named to nobody."""

    patient_id: int
    birth_name: str
    used_name: str
    first_names: str
    used_first_name: str
    birth_date: str
    sex: str
    hidden: bool
    unit_id: int | None = None
    bed_id: int | None = None
    room: str | None = None
    bed: str | None = None


def neighbour(patient: Patient) -> Neighbour:
    """The patient alone, wherever they are."""
    traits = {name: getattr(patient, name) for name in TRAITS}
    return Neighbour(patient_id=patient.pk, hidden=patient.protected, **traits)


def people(*, unit_ids: Iterable[int | None], at: datetime) -> list[Neighbour]:
    """Who is in these units at ``at``, in a bed or without, by room and bed. One query."""
    rows = Placement.objects.filter(reaching(at), unit_id__in=[pk for pk in unit_ids if pk], starts_at__lte=at)
    rows = rows.annotate(hidden=IS_HIDDEN)
    traits = [*(f"patient__{name}" for name in TRAITS), "hidden"]
    places = rows.annotate(room=F("bed__room__label"), label=F("bed__label")).order_by("room", "label", "pk")
    return [Neighbour(*row) for row in places.values_list("patient_id", *traits, "unit_id", "bed_id", "room", "label")]


def awaited(*, unit_ids: Iterable[int | None], at: datetime) -> list[Neighbour]:
    """For whom beds of these units are kept at ``at``. One query."""
    rows = Reservation.objects.filter(bed__room__unit__in=[pk for pk in unit_ids if pk], released_at=None)
    traits = [*(f"stay__patient__{name}" for name in TRAITS), "hidden"]
    kept = rows.filter(starts_at__lte=at, ends_at__gt=at).annotate(hidden=IS_HIDDEN)
    return [Neighbour(*row) for row in kept.values_list("stay__patient_id", *traits, "bed__room__unit_id", "bed_id")]


def units(patient: Patient, *, at: datetime) -> set[int]:
    """The units in which the patient is at ``at``."""
    rows = Placement.objects.filter(reaching(at), patient=patient, starts_at__lte=at)
    return set(rows.values_list("unit_id", flat=True))
