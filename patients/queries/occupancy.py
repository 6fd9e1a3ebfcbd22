"""What every bed is at one instant, computed in this one place from placements, reservations, closures and cleanings.

Asked for a past instant it tells what happened, for a future one what is planned, both with today's knowledge: a bed
that is kept now is then still promised, since the arrival for which it is kept will have come.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from amh.core.prepared_statements import Prepared
from patients.models import ISOLATIONS
from wards.models import BedState, ClosureKind
from wards.queries.hospitals import Hospital, hospital

# One statement whatever the number of beds. What holds at an instant is joined as a set by an index on its end (one
# for those in a bed, one for the others) and each stay is looked up by its number, so that years of past stays cost
# nothing; the last departure is looked up only for beds in which nobody lies.
OCCUPANCY = """
WITH placed AS (
    SELECT id, bed_id, unit_id, stay_id, wanted_bed_id, starts_at, ends_at FROM patients_placement
    WHERE bed_id IS NOT NULL AND COALESCE(ends_at, 'infinity'::timestamptz) > %(at)s AND starts_at <= %(at)s
    UNION ALL
    SELECT id, bed_id, unit_id, stay_id, wanted_bed_id, starts_at, ends_at FROM patients_placement
    WHERE bed_id IS NULL AND COALESCE(ends_at, 'infinity'::timestamptz) > %(at)s AND starts_at <= %(at)s
), promised AS (
    SELECT id, bed_id, stay_id, starts_at, expected_at FROM patients_reservation
    WHERE released_at IS NULL AND starts_at <= %(at)s AND ends_at > LEAST(%(at)s, now())
)
SELECT bed.id, bed.label, bed.kind, bed.to_be_referenced, room.label, unit.id, unit.code,
       closure.kind, closure.reason, closure.ends_at,
       place.starts_at, kept.expected_at, vacated.ends_at, cleaned.done_at,
       stay.id, stay.kind, stay.admitted_at, stay.expected_discharge_at, stay.expected_discharge_certainty,
       home.id, home.name,
       patient.id, patient.birth_name, patient.used_name, patient.first_names, patient.used_first_name,
       patient.birth_date, patient.sex,
       patient.protected OR stay.protected OR COALESCE(gone.died, false), patient.homonym,
       stay.state, gone.departs_since, gone.departs_at, COALESCE(gone.died, false), leave.effective_at,
       CASE WHEN leave.effective_at IS NOT NULL THEN stay.on_leave_until END, claim.stay_id,
       closure.starts_at, kept.starts_at, COALESCE(elsewhere.name, ''), COALESCE(apart.kinds, ''),
       goes.room, goes.bed, goes.expected_at
FROM wards_bed bed
JOIN wards_room room ON room.id = bed.room_id
JOIN wards_unit unit ON unit.id = room.unit_id
LEFT JOIN (
    SELECT DISTINCT ON (bed_id) bed_id, kind, reason, starts_at, ends_at FROM wards_closure
    WHERE starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s) ORDER BY bed_id, kind DESC
) closure ON closure.bed_id = bed.id
LEFT JOIN placed place ON place.bed_id = bed.id
LEFT JOIN promised kept ON kept.bed_id = bed.id
LEFT JOIN LATERAL (
    SELECT name FROM placed JOIN wards_unit ON wards_unit.id = unit_id
    WHERE stay_id = kept.stay_id AND place.id IS NULL LIMIT 1
) elsewhere ON true
LEFT JOIN LATERAL (
    SELECT ends_at FROM patients_placement
    WHERE bed_id = bed.id AND COALESCE(ends_at, 'infinity'::timestamptz) <= %(at)s
        AND place.id IS NULL AND bed.kind = 'bed' AND stay_id IS DISTINCT FROM kept.stay_id
    ORDER BY COALESCE(ends_at, 'infinity'::timestamptz) DESC LIMIT 1
) vacated ON true
LEFT JOIN LATERAL (
    SELECT done_at FROM wards_cleaning
    WHERE vacated.ends_at IS NOT NULL
        AND bed_id = bed.id AND cancelled_at IS NULL AND done_at <= %(at)s AND done_at >= vacated.ends_at LIMIT 1
) cleaned ON true
LEFT JOIN LATERAL (
    SELECT * FROM patients_stay WHERE id = COALESCE(place.stay_id, kept.stay_id) LIMIT 1
) stay ON true
LEFT JOIN wards_unit home ON home.id = stay.unit_id
LEFT JOIN patients_patient patient ON patient.id = stay.patient_id
LEFT JOIN LATERAL (
    SELECT CASE WHEN stay.state = 'discharged' AND stay.discharged_at <= %(at)s THEN stay.discharged_at END
               AS departs_since,
           CASE WHEN stay.state = 'discharged' AND stay.discharged_at <= %(at)s THEN place.ends_at END AS departs_at,
           (stay.state = 'deceased' OR stay.exit_mode = 'death') AND COALESCE(patient.deceased_at, %(at)s) <= %(at)s
               AS died
    WHERE place.id IS NOT NULL
) gone ON true
LEFT JOIN LATERAL (
    SELECT effective_at FROM patients_movement
    WHERE stay_id = stay.id AND stay.state = 'on_leave' AND place.id IS NOT NULL
        AND kind = 'leave' AND cancelled_at IS NULL AND effective_at <= %(at)s
    ORDER BY effective_at DESC LIMIT 1
) leave ON true
LEFT JOIN LATERAL (
    SELECT string_agg(kind, ' ' ORDER BY kind) AS kinds FROM patients_flag
    WHERE patient_id = stay.patient_id AND kind = ANY(%(isolations)s)
        AND starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)
) apart ON true
LEFT JOIN LATERAL (
    SELECT chamber.label AS room, there.label AS bed, expected_at
    FROM promised JOIN wards_bed there ON there.id = bed_id JOIN wards_room chamber ON chamber.id = room_id
    WHERE stay_id = place.stay_id AND bed_id <> bed.id LIMIT 1
) goes ON true
LEFT JOIN (
    SELECT DISTINCT ON (wanted_bed_id) wanted_bed_id, stay_id FROM placed
    WHERE bed_id IS NULL AND wanted_bed_id IS NOT NULL
    ORDER BY wanted_bed_id, starts_at, id
) claim ON claim.wanted_bed_id = bed.id
WHERE (place.id IS NOT NULL
    OR bed.valid_from <= %(at)s AND (bed.valid_until IS NULL OR bed.valid_until > %(at)s)
    AND room.valid_from <= %(at)s AND (room.valid_until IS NULL OR room.valid_until > %(at)s))
  AND (%(units)s::bigint[] IS NULL OR unit.id = ANY(%(units)s))
  AND (%(beds)s::bigint[] IS NULL OR bed.id = ANY(%(beds)s))
ORDER BY unit.position, unit.name, length(room.label), room.label, length(bed.label), bed.label
"""

_PLANNED = Prepared("occupancy", OCCUPANCY, at="timestamptz", units="bigint[]", beds="bigint[]", isolations="text[]")


class Occupancy(NamedTuple):
    """One bed at one instant, with the patient who lies in it, closed or not, or who is ``awaited_at`` an hour in it.

    ``protected`` people are named to nobody: themselves or their stay are protected, or they have died. A stay that
    another system ended ``departs_since`` then and holds the bed until ``departs_at`` unless the ward says when the
    patient left. ``claimed_by`` is the stay that another system said to be in this bed, « lit à confirmer ».
    ``kept_elsewhere`` names the unit in which the patient is for whom the bed is kept, if here already (WR-3);
    ``isolations`` are the types of precaution, in one text. Who ``goes_at`` an hour to another bed has that one kept.
    A unit is ``unit_shut`` when its calendar says so, until ``unit_opens_at`` (``None``: for good).
    """

    bed_id: int
    bed_label: str
    bed_kind: str
    to_be_referenced: bool
    room_label: str
    unit_id: int
    unit_code: str
    closure_kind: str | None
    closure_reason: str | None
    closure_ends_at: datetime | None
    occupied_since: datetime | None
    awaited_at: datetime | None
    vacated_at: datetime | None
    cleaned_at: datetime | None
    stay_id: int | None
    stay_kind: str | None
    admitted_at: datetime | None
    expected_discharge_at: datetime | None
    certainty: str | None
    home_unit_id: int | None
    home_unit_name: str | None
    patient_id: int | None
    birth_name: str
    used_name: str
    first_names: str
    used_first_name: str
    birth_date: str
    sex: str
    protected: bool
    homonym: bool
    stay_state: str | None
    departs_since: datetime | None
    departs_at: datetime | None
    deceased: bool
    on_leave_since: datetime | None
    on_leave_until: datetime | None
    claimed_by: int | None
    closed_since: datetime | None
    kept_since: datetime | None
    kept_elsewhere: str
    isolations: str
    goes_room: str | None
    goes_bed: str | None
    goes_at: datetime | None
    unit_shut: bool = False
    unit_opens_at: datetime | None = None

    def state(self, *, tomorrow: datetime) -> BedState:
        """The state at the instant asked for: closed > blocked > occupied > cleaning > reserved > free.

        The bed of somebody who died is blocked until the body has left (WR-14). What nobody lies in, nor waits for, is
        closed while its unit is (WR-5). ``tomorrow`` is the midnight after that instant: who leaves before it is
        leaving, as is whose departure only remains to be confirmed.
        """
        if self.closure_kind == ClosureKind.CLOSED:
            return BedState.CLOSED
        if self.closure_kind is not None or self.deceased:
            return BedState.BLOCKED
        if self.occupied_since is not None:
            leaving = self.departs_since is not None or self.leaves_before(tomorrow)
            return BedState.LEAVING if leaving else BedState.OCCUPIED
        if self.needs_cleaning:
            return BedState.CLEANING
        if self.awaited_at is not None:
            return BedState.RESERVED
        return BedState.CLOSED if self.unit_shut else BedState.FREE

    def leaves_before(self, moment: datetime) -> bool:
        """Tell whether the departure is expected before ``moment``."""
        return self.expected_discharge_at is not None and self.expected_discharge_at < moment

    @property
    def changed_at(self) -> datetime | None:
        """When something last happened to this bed: an arrival, a departure, a cleaning, a closure, a leave."""
        said = (self.occupied_since, self.kept_since, self.vacated_at, self.cleaned_at, self.closed_since)
        known = [at for at in (*said, self.on_leave_since, self.departs_since) if at is not None]
        return max(known, default=None)

    @property
    def needs_cleaning(self) -> bool:
        """Somebody left this bed and it was not cleaned since; chairs and places are wiped between two patients.

        Whoever comes back to the bed that was kept for them finds it as they left it.
        """
        return self.vacated_at is not None and self.cleaned_at is None


def end_of_day(at: datetime) -> datetime:
    """The midnight that ends the local day of ``at``, right across changes of daylight saving."""
    local = timezone.localtime(at)
    tomorrow = (local + timedelta(days=1)).date()
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=timezone.get_current_timezone())


def occupancy(
    at: datetime,
    *,
    unit_ids: Collection[int] | None = None,
    bed_ids: Collection[int] | None = None,
    of: Hospital | None = None,
) -> list[Occupancy]:
    """Read every bed in service at ``at`` (of these units, or these beds alone), in the order of the board, ``of`` the
    hospital that is known already, or read now.

    Also one out of service in which somebody lies all the same: another system said so, or nobody came for them.
    """
    params = {
        "at": at,
        "units": None if unit_ids is None else list(unit_ids),
        "beds": None if bed_ids is None else list(bed_ids),
        "isolations": sorted(ISOLATIONS),
    }
    shut = (of or hospital()).shut(at)
    return [_row(Occupancy(*values), shut) for values in _PLANNED.rows(**params)]


def _row(row: Occupancy, shut: Mapping[int, datetime | None]) -> Occupancy:
    if row.unit_id not in shut:
        return row
    return row._replace(unit_shut=True, unit_opens_at=shut[row.unit_id])
