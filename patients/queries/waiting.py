"""Who is in a unit without a bed, who is expected there today, who is away for a time."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from amh.core.prepared_statements import Prepared
from patients.queries.occupancy import end_of_day

WAITING = """
SELECT place.unit_id, stay.id, place.starts_at, NULL::timestamptz,
       COALESCE(room.label, kept.room, ''), COALESCE(bed.label, kept.bed, ''),
       patient.id, patient.birth_name, patient.used_name, patient.first_names, patient.used_first_name,
       patient.birth_date, patient.sex, patient.protected OR stay.protected OR stay.state = 'deceased',
       stay.state = 'deceased', place.to_confirm, COALESCE(place.wanted_bed_id, kept.bed_id),
       other.stay_id, other.unit_id, other.patient_id, other.birth_name, other.used_name, other.first_names,
       other.used_first_name, other.protected, stay.kind, '', NULL::timestamptz
FROM patients_placement place
JOIN wards_unit unit ON unit.id = place.unit_id AND unit.kind <> 'home_care'
JOIN patients_stay stay ON stay.id = place.stay_id
JOIN patients_patient patient ON patient.id = place.patient_id
LEFT JOIN wards_bed bed ON bed.id = place.wanted_bed_id
LEFT JOIN wards_room room ON room.id = bed.room_id
LEFT JOIN LATERAL (
    SELECT held.stay_id, held.unit_id, held.patient_id, lying.birth_name, lying.used_name, lying.first_names,
           lying.used_first_name, lying.protected OR theirs.protected OR theirs.state = 'deceased' AS protected
    FROM patients_placement held
    JOIN patients_stay theirs ON theirs.id = held.stay_id
    JOIN patients_patient lying ON lying.id = held.patient_id
    WHERE place.to_confirm AND NOT held.to_confirm AND held.stay_id <> place.stay_id
      AND (held.bed_id = place.wanted_bed_id OR held.patient_id = place.patient_id AND NOT held.exempt)
      AND COALESCE(held.ends_at, 'infinity'::timestamptz) > %(at)s AND held.starts_at <= %(at)s
    ORDER BY held.bed_id = place.wanted_bed_id DESC NULLS LAST, held.starts_at LIMIT 1
) other ON true
LEFT JOIN LATERAL (
    SELECT room.label AS room, bed.label AS bed, bed_id FROM patients_reservation
    JOIN wards_bed bed ON bed.id = bed_id JOIN wards_room room ON room.id = bed.room_id
    WHERE stay_id = stay.id AND released_at IS NULL AND starts_at <= %(at)s AND ends_at > LEAST(%(at)s, now()) LIMIT 1
) kept ON NOT place.to_confirm
WHERE place.bed_id IS NULL
  AND COALESCE(place.ends_at, 'infinity'::timestamptz) > %(at)s AND place.starts_at <= %(at)s
  AND (stay.state <> 'discharged' OR stay.discharged_at > %(at)s)
  AND NOT (stay.state = 'on_leave' AND EXISTS (
      SELECT FROM patients_movement
      WHERE stay_id = stay.id AND kind = 'leave' AND cancelled_at IS NULL AND effective_at <= %(at)s
  ))
  AND (%(units)s::bigint[] IS NULL OR place.unit_id = ANY(%(units)s))
UNION ALL
SELECT stay.unit_id, stay.id, NULL, stay.expected_at, COALESCE(kept.room, ''), COALESCE(kept.bed, ''),
       patient.id, patient.birth_name, patient.used_name, patient.first_names, patient.used_first_name,
       patient.birth_date, patient.sex, patient.protected OR stay.protected,
       false, false, kept.bed_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, stay.kind, '', NULL
FROM patients_stay stay
JOIN patients_patient patient ON patient.id = stay.patient_id
LEFT JOIN LATERAL (
    SELECT room.label AS room, bed.label AS bed, bed_id FROM patients_reservation
    JOIN wards_bed bed ON bed.id = bed_id JOIN wards_room room ON room.id = bed.room_id
    WHERE stay_id = stay.id AND released_at IS NULL AND starts_at <= %(at)s AND ends_at > LEAST(%(at)s, now()) LIMIT 1
) kept ON true
WHERE stay.state = 'expected' AND stay.expected_at < %(tomorrow)s AND stay.unit_id IS NOT NULL
  AND (%(units)s::bigint[] IS NULL OR stay.unit_id = ANY(%(units)s))
UNION ALL
SELECT COALESCE(place.unit_id, said.unit_id, stay.unit_id), stay.id, said.effective_at, NULL,
       COALESCE(room.label, ''), COALESCE(bed.label, ''),
       patient.id, patient.birth_name, patient.used_name, patient.first_names, patient.used_first_name,
       patient.birth_date, patient.sex, patient.protected OR stay.protected,
       false, false, place.bed_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       stay.kind, stay.state, stay.on_leave_until
FROM patients_stay stay
JOIN patients_patient patient ON patient.id = stay.patient_id
JOIN LATERAL (
    SELECT effective_at, unit_id FROM patients_movement
    WHERE stay_id = stay.id AND cancelled_at IS NULL AND effective_at <= %(at)s
        AND kind = CASE stay.state WHEN 'lounge' THEN 'lounge' ELSE 'leave' END
    ORDER BY effective_at DESC LIMIT 1
) said ON true
LEFT JOIN patients_placement place ON place.stay_id = stay.id
    AND COALESCE(place.ends_at, 'infinity'::timestamptz) > %(at)s AND place.starts_at <= %(at)s
LEFT JOIN wards_bed bed ON bed.id = place.bed_id
LEFT JOIN wards_room room ON room.id = bed.room_id
WHERE stay.state IN ('on_leave', 'lounge')
  AND (%(units)s::bigint[] IS NULL OR COALESCE(place.unit_id, said.unit_id, stay.unit_id) = ANY(%(units)s))
ORDER BY 3 NULLS LAST, 4, 2
"""

_PLANNED = Prepared("waiting", WAITING, at="timestamptz", tomorrow="timestamptz", units="bigint[]")


class Waiting(NamedTuple):
    """A patient who lies in no bed: present ``since`` a moment, or ``expected_at`` another.

    The wanted bed is the one that was said and is held, or the one that is kept for them. ``to_confirm`` when what was
    said contradicts what is: the ``other`` columns are of the stay that has the bed, or the patient, already.
    ``protected`` people are named to nobody. Who is ``away``, on leave or in the lounge, waits for no bed: the wanted
    one is then the bed that stays theirs, ``back_at`` when a leave is to end.
    """

    unit_id: int
    stay_id: int
    since: datetime | None
    expected_at: datetime | None
    wanted_room: str
    wanted_bed: str
    patient_id: int
    birth_name: str
    used_name: str
    first_names: str
    used_first_name: str
    birth_date: str
    sex: str
    protected: bool
    deceased: bool
    to_confirm: bool
    wanted_bed_id: int | None
    other_stay_id: int | None
    other_unit_id: int | None
    other_patient_id: int | None
    other_birth_name: str | None
    other_used_name: str | None
    other_first_names: str | None
    other_used_first_name: str | None
    other_protected: bool | None
    stay_kind: str
    away: str
    back_at: datetime | None


def around(at: datetime, *, unit_ids: Collection[int] | None = None) -> list[Waiting]:
    """Read who lies in no bed at ``at``, in one statement: those present first, the longest wait first, then those
    expected that day; among them who is on leave or in the lounge, as far as they still are today.
    """
    params = {"at": at, "tomorrow": end_of_day(at), "units": None if unit_ids is None else list(unit_ids)}
    return [Waiting._make(row) for row in _PLANNED.rows(**params)]
