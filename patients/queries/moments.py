"""At which moments something changes on the board: what a film of it has to look at, and no more."""

from datetime import datetime, timedelta

from django.db import connection

from patients.models import Placement, Reservation
from wards.models import Cleaning, Closure

# What holds after its hour changes the board at that hour; what is late only after its hour, an instant later. Both are
# told as the first whole minute at which the board shows them. Rows are found as the board finds them, by their end.
CHANGES = """
WITH lying AS (
    SELECT stay_id, patient_id, starts_at, ends_at FROM patients_placement
    WHERE COALESCE(ends_at, 'infinity'::timestamptz) > %(after)s AND starts_at <= %(until)s
), kept AS (
    SELECT stay_id, expected_at, starts_at, ends_at FROM patients_reservation
    WHERE released_at IS NULL AND ends_at > %(after)s AND starts_at <= %(until)s
), shut AS (
    SELECT starts_at, ends_at FROM wards_closure
    WHERE (ends_at IS NULL OR ends_at > %(after)s) AND starts_at <= %(until)s
), around AS (
    SELECT id, patient_id, discharged_at, expected_discharge_at, on_leave_until,
           CASE WHEN state = 'expected' THEN expected_at END AS expected_at
    FROM patients_stay
    WHERE id IN (SELECT stay_id FROM lying UNION SELECT stay_id FROM kept)
       OR state IN ('on_leave', 'lounge') OR (state = 'expected' AND expected_at <= %(until)s)
), held AS (
    SELECT unnest(ARRAY[starts_at, ends_at]) AS at FROM lying
    UNION ALL SELECT unnest(ARRAY[starts_at, ends_at]) FROM kept
    UNION ALL SELECT unnest(ARRAY[starts_at, ends_at]) FROM shut
    UNION ALL SELECT done.done_at FROM wards_bed bed CROSS JOIN LATERAL (
        SELECT done_at FROM wards_cleaning
        WHERE bed_id = bed.id AND cancelled_at IS NULL AND done_at > %(after)s AND done_at <= %(until)s
    ) done
    UNION ALL SELECT discharged_at FROM around
    UNION ALL SELECT deceased_at FROM patients_patient WHERE id IN (SELECT patient_id FROM lying)
    UNION ALL SELECT effective_at FROM patients_movement JOIN patients_stay stay ON stay.id = stay_id
        WHERE stay.state IN ('on_leave', 'lounge') AND patients_movement.kind IN ('leave', 'lounge')
            AND cancelled_at IS NULL
    UNION ALL SELECT unnest(ARRAY[starts_at, ends_at]) FROM patients_flag
        WHERE patient_id IN (SELECT patient_id FROM around)
    UNION ALL SELECT unnest(ARRAY[valid_from, valid_until]) FROM wards_unit
    UNION ALL SELECT unnest(ARRAY[valid_from, valid_until]) FROM wards_room
    UNION ALL SELECT unnest(ARRAY[valid_from, valid_until]) FROM wards_bed
    UNION ALL SELECT unnest(ARRAY[late, late + interval '1 microsecond']) FROM (
        SELECT unnest(ARRAY[expected_at, expected_discharge_at, on_leave_until]) AS late FROM around
        UNION ALL SELECT expected_at FROM kept
    ) due
)
SELECT DISTINCT date_trunc('minute', at + interval '59.999999 seconds') AS minute
FROM held WHERE at > %(after)s AND at <= %(until)s ORDER BY minute
"""


def between(after: datetime, until: datetime) -> list[datetime]:
    """The whole minutes after ``after``, up to that of ``until``, at which the board may differ from the minute before.

    One statement whatever the number of beds. The hour itself (midnight, now) is not told: it is nobody's row.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, {"after": after, "until": until})
        return [minute for (minute,) in cursor.fetchall()]


HAPPENED = ((Placement, "starts_at"), (Reservation, "starts_at"), (Closure, "starts_at"), (Cleaning, "done_at"))
A_MINUTE = timedelta(minutes=1)


def first_known(*, after: datetime) -> datetime | None:
    """The first moment of which the board knows something; ``None`` when that is not ``after`` a moment, or never."""
    if any(model.objects.filter(**{f"{name}__lte": after}).exists() for model, name in HAPPENED):
        return None
    firsts = [model.objects.order_by(name).values_list(name, flat=True).first() for model, name in HAPPENED]
    return min((at for at in firsts if at is not None), default=None)
