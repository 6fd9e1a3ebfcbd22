"""Say when a patient will leave, and how sure that is; every value said is kept."""

from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.models import Certainty, ExpectedDischarge, Stay
from patients.queries import locks, placements, stays
from patients.rules import stays as rules


@act
def expect(
    *,
    stay: Stay,
    expected_at: datetime | None,
    certainty: Certainty,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> ExpectedDischarge | None:
    """Set the expected discharge (``None`` takes it away). Nothing is written when nothing changes.

    To give no ``reason`` takes none away.

    Raises ``Conflict`` when the patient has left, ``Invalid`` for a person's date before the arrival (another system's
    is taken as it is), ``Denied`` without the right.
    """
    stay = locks.stay(stay.pk)
    rules.check_expect(stay, by=by, now=at)
    if by is not None:
        rules.check_expected_at(stay, expected_at, now=at)
    same = (stay.expected_discharge_at, stay.expected_discharge_certainty) == (expected_at, certainty)
    if same and (not reason or reason == stays.expected_because(stay)):
        return None
    stay.expected_discharge_at, stay.expected_discharge_certainty = expected_at, certainty
    stay.save(update_fields=["expected_discharge_at", "expected_discharge_certainty"])
    said = ExpectedDischarge.objects.create(
        stay=stay, expected_at=expected_at, certainty=certainty, reason=reason, entered_at=at, entered_by=by
    )
    audit.record("stay.expect_discharge", subject=stay, by=by, at=at, patient_id=stay.patient_id, said=said.pk)
    place = placements.current(stay, at=at)
    events.board_changed(beds=[place.bed_id] if place else [], units=[stay.unit_id], at=at)
    if by is not None:
        events.discharge_expected.send(sender=None, said_id=said.pk, at=at)
    return said
