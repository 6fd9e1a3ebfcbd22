from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.models import Movement, MovementKind, StayState
from patients.rules.projections import Segment, project
from tests.factories.clocks import paris

PREADMISSION, ADMISSION, TRANSFER, DISCHARGE = (
    MovementKind.PREADMISSION,
    MovementKind.ADMISSION,
    MovementKind.TRANSFER,
    MovementKind.DISCHARGE,
)
NINE, TEN, NOON = paris("09:00"), paris("10:00"), paris("12:00")
MED, ONCO = 1, 2


def ledger(*lines):
    """Unsaved movements from (kind, time, unit, bed); their ids follow the order in which they are written."""
    return [
        Movement(pk=pk, kind=kind, effective_at=at, unit_id=place[0] if place else None, bed_id=(*place, None, None)[1])
        for pk, (kind, at, *place) in enumerate(lines, start=1)
    ]


def test_a_ledger_without_movements_is_a_cancelled_stay():
    assert (project([]).state, project([]).segments) == (StayState.CANCELLED, ())


def test_a_preadmission_is_expected_nowhere():
    projection = project(ledger((PREADMISSION, NINE, MED)))
    assert (projection.state, projection.segments, projection.admitted_at) == (StayState.EXPECTED, (), None)


def test_an_admission_places_the_patient_from_its_effective_time():
    projection = project(ledger((PREADMISSION, NINE, MED), (ADMISSION, TEN, MED, 7)))
    assert projection.state == StayState.PRESENT
    assert projection.segments == (Segment(MED, 7, TEN),)
    assert projection.admitted_at == TEN


def test_an_arrival_before_the_expected_hour_is_an_arrival():
    projection = project(ledger((PREADMISSION, NOON, MED), (ADMISSION, TEN, MED, 7)))
    assert (projection.state, projection.admitted_at) == (StayState.PRESENT, TEN)


def test_the_order_of_writing_does_not_matter():
    lines = [(ADMISSION, NINE, MED, 7), (TRANSFER, TEN, MED, 8), (DISCHARGE, NOON)]
    assert project(ledger(*lines)) == project(ledger(*reversed(lines)))


def test_the_later_effective_time_wins():
    projection = project(ledger((ADMISSION, NINE, MED, 7), (TRANSFER, NOON, MED, 8), (TRANSFER, TEN, MED, 9)))
    assert [(segment.bed_id, segment.starts_at) for segment in projection.segments] == [(7, NINE), (9, TEN), (8, NOON)]


def test_at_one_instant_an_entry_comes_before_an_exit():
    projection = project(ledger((DISCHARGE, NINE), (ADMISSION, NINE, MED, 7)))
    assert projection.state == StayState.DISCHARGED


def test_at_one_instant_the_transfer_said_last_wins():
    projection = project(ledger((ADMISSION, NINE, MED, 7), (TRANSFER, TEN, MED, 8), (TRANSFER, TEN, MED, 9)))
    assert projection.segments == (Segment(MED, 7, NINE, TEN), Segment(MED, 9, TEN))


def test_a_stay_of_zero_length_was_somewhere():
    projection = project(ledger((ADMISSION, NINE, MED, 7), (DISCHARGE, NINE)))
    assert projection.segments == (Segment(MED, 7, NINE, NINE),)
    assert projection.state == StayState.DISCHARGED


def test_a_transfer_after_the_discharge_brings_the_patient_back():
    projection = project(ledger((ADMISSION, NINE, MED, 7), (DISCHARGE, TEN), (TRANSFER, NOON, ONCO, 8)))
    assert projection.segments == (Segment(MED, 7, NINE, TEN), Segment(ONCO, 8, NOON))
    assert (projection.state, projection.discharged_at, projection.admitted_at) == (StayState.PRESENT, None, NINE)


def test_a_transfer_without_a_unit_changes_nothing_of_the_place():
    projection = project(ledger((ADMISSION, NINE, MED, 7), (TRANSFER, TEN)))
    assert projection.segments == (Segment(MED, 7, NINE),)


def test_a_transfer_without_a_unit_brings_nobody_back():
    projection = project(ledger((ADMISSION, NINE, MED, 7), (DISCHARGE, TEN), (TRANSFER, NOON)))
    assert (projection.state, projection.discharged_at) == (StayState.DISCHARGED, TEN)


def test_the_same_place_said_again_is_one_place():
    projection = project(ledger((ADMISSION, NINE, MED, 7), (TRANSFER, TEN, MED, 7)))
    assert projection.segments == (Segment(MED, 7, NINE),)


def test_a_patient_may_be_in_a_unit_without_a_bed():
    projection = project(ledger((ADMISSION, NINE, MED), (TRANSFER, TEN, MED, 7)))
    assert [segment.bed_id for segment in projection.segments] == [None, 7]


patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the projection."""

places = st.one_of(st.just(()), st.tuples(st.integers(1, 3)), st.tuples(st.integers(1, 3), st.integers(1, 4)))
lines = st.tuples(st.sampled_from(MovementKind), st.integers(0, 12), places)
histories = st.lists(lines, max_size=12).map(
    lambda said: ledger(*((kind, NINE + timedelta(minutes=10 * step), *place) for kind, step, place in said))
)


@patiently
@given(histories)
def test_places_are_ordered_and_never_overlap(movements):
    segments = project(movements).segments
    for segment in segments:
        assert segment.ends_at is None or segment.starts_at <= segment.ends_at
    for earlier, later in pairwise(segments):
        assert earlier.ends_at is not None
        assert earlier.ends_at <= later.starts_at


@patiently
@given(histories)
def test_the_state_is_what_the_last_movement_says(movements):
    projection = project(movements)
    happened = [m for m in movements if m.kind != PREADMISSION and (m.kind != TRANSFER or m.unit_id is not None)]
    assert (projection.discharged_at is not None) == (projection.state == StayState.DISCHARGED)
    if happened:
        last = max(happened, key=lambda movement: movement.order)
        left = last.kind == DISCHARGE
        assert projection.state == (StayState.DISCHARGED if left else StayState.PRESENT)
        if left:
            assert projection.discharged_at == last.effective_at
            assert all(segment.ends_at is not None for segment in projection.segments)


@patiently
@given(histories)
def test_what_was_written_first_or_last_changes_nothing_of_what_happened_at_different_times(movements):
    moments = [movement.effective_at for movement in movements]
    if len(set(moments)) == len(moments):
        renumbered = [
            Movement(pk=-m.pk, kind=m.kind, effective_at=m.effective_at, unit_id=m.unit_id, bed_id=m.bed_id)
            for m in movements
        ]
        assert project(renumbered) == project(movements)
