"""Rows written past every action, rule and lock: only the constraints of the database stand in the way."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.utils import OperationalError

from amh.core.transactions import DEADLOCK
from patients.models import Patient, Placement, Stay
from wards.models import Bed

# Each pair of rows that puts two patients into one bed, or one patient into two places, at the same time.
DOUBLES = """
SELECT count(*) FROM patients_placement one JOIN patients_placement other
    ON other.bed_id = one.bed_id AND other.id > one.id
    AND tstzrange(one.starts_at, one.ends_at) && tstzrange(other.starts_at, other.ends_at)
UNION ALL
SELECT count(*) FROM patients_placement one JOIN patients_placement other
    ON other.patient_id = one.patient_id AND other.id > one.id AND NOT one.exempt AND NOT other.exempt
    AND NOT one.to_confirm AND NOT other.to_confirm
    AND tstzrange(one.starts_at, one.ends_at) && tstzrange(other.starts_at, other.ends_at)
"""


def doubles() -> int:
    """How many pairs of placements contradict each other, by bed or by patient."""
    with connection.cursor() as cursor:
        cursor.execute(DOUBLES)
        return sum(number for (number,) in cursor.fetchall())


def insert(stay: Stay, patient: Patient, bed: Bed, *, at: datetime) -> None:
    """Put a patient into a bed by one bare statement."""
    _write(
        "INSERT INTO patients_placement (stay_id, patient_id, unit_id, bed_id, exempt, to_confirm, starts_at)"
        " VALUES (%s, %s, %s, %s, false, false, %s)",
        [stay.pk, patient.pk, bed.room.unit_id, bed.pk, at],
    )


def end(placement: Placement, *, at: datetime) -> None:
    """End a placement by one bare statement."""
    _write("UPDATE patients_placement SET ends_at = %s WHERE id = %s", [at, placement.pk])


def swap(one: Placement, other: Placement) -> None:
    """Exchange the beds of two placements, as they are at that moment, by one bare statement."""
    _write(
        "UPDATE patients_placement place SET bed_id = other.bed_id FROM patients_placement other"
        " WHERE place.id = ANY(%(pair)s) AND other.id = ANY(%(pair)s) AND other.id <> place.id",
        {"pair": [one.pk, other.pk]},
    )


def reserve(stay: Stay, bed: Bed, *, at: datetime, until: datetime) -> None:
    """Keep a bed for a stay by one bare statement."""
    _write(
        "INSERT INTO patients_reservation (stay_id, bed_id, expected_at, starts_at, ends_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        [stay.pk, bed.pk, at, at, until],
    )


def _write(statement: str, params: Sequence[Any] | Mapping[str, Any]) -> None:
    """Send the statement; two that wait for each other are a deadlock, after which one starts again."""
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, params)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != DEADLOCK:
                raise
        else:
            return
