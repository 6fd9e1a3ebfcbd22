"""Who is in which unit, as far as people can be taken for one another (ID-8)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from amh.core.prepared_statements import Prepared
from patients.models import Patient, Placement
from patients.queries.placements import reaching

TRAITS = ("birth_name", "used_name", "first_names", "used_first_name", "birth_date", "sex")
_WHO = """
    patient.id, patient.birth_name, patient.used_name, patient.first_names, patient.used_first_name,
    patient.birth_date, patient.sex, patient.protected OR stay.protected OR stay.state = 'deceased'
"""
"""Nobody is named who is protected (SEC-8) or has died (WR-14)."""

PEOPLE = Prepared(
    "homonyms_people",
    f"""
SELECT {_WHO}, placement.unit_id, placement.bed_id, room.label, bed.label
FROM patients_placement placement JOIN patients_stay stay ON stay.id = placement.stay_id
JOIN patients_patient patient ON patient.id = placement.patient_id
LEFT JOIN wards_bed bed ON bed.id = placement.bed_id LEFT JOIN wards_room room ON room.id = bed.room_id
WHERE placement.unit_id = ANY(%(units)s) AND placement.starts_at <= %(at)s
  AND (placement.ends_at IS NULL OR placement.ends_at > %(at)s)
ORDER BY room.label, bed.label, placement.id
""",  # noqa: S608 - of constants
    units="bigint[]",
    at="timestamptz",
)

AWAITED = Prepared(
    "homonyms_awaited",
    f"""
SELECT {_WHO}, room.unit_id, reservation.bed_id
FROM patients_reservation reservation JOIN patients_stay stay ON stay.id = reservation.stay_id
JOIN patients_patient patient ON patient.id = stay.patient_id
JOIN wards_bed bed ON bed.id = reservation.bed_id JOIN wards_room room ON room.id = bed.room_id
WHERE room.unit_id = ANY(%(units)s) AND reservation.released_at IS NULL
  AND reservation.starts_at <= %(at)s AND reservation.ends_at > %(at)s
""",  # noqa: S608 - of constants
    units="bigint[]",
    at="timestamptz",
)


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
    return [Neighbour(*row) for row in PEOPLE.rows(units=[pk for pk in unit_ids if pk], at=at)]


def awaited(*, unit_ids: Iterable[int | None], at: datetime) -> list[Neighbour]:
    """For whom beds of these units are kept at ``at``. One query."""
    return [Neighbour(*row) for row in AWAITED.rows(units=[pk for pk in unit_ids if pk], at=at)]


def units(patient: Patient, *, at: datetime) -> set[int]:
    """The units in which the patient is at ``at``."""
    rows = Placement.objects.filter(reaching(at), patient=patient, starts_at__lte=at)
    return set(rows.values_list("unit_id", flat=True))
