from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.models import ExitMode, Movement, MovementKind, MovementSource, StayState
from patients.rules.projections import Segment, project
from tests.factories.clocks import paris

PREADMISSION, ADMISSION, TRANSFER, LEAVE, RETURN, LOUNGE, DEATH, DEPARTURE, DISCHARGE = MovementKind
NINE, TEN, NOON = paris("09:00"), paris("10:00"), paris("12:00")
MED, ONCO = 1, 2
DELAYS = {MED: timedelta(minutes=30), ONCO: timedelta()}
HALF_PAST = paris("10:30")


def ledger(*lines):
    """Unsaved movements from (kind, time, unit, bed); their ids follow the order in which they are written."""
    return [
        Movement(
            pk=pk,
            kind=kind,
            source=MovementSource.HAND,
            effective_at=at,
            unit_id=place[0] if place else None,
            bed_id=(*place, None, None)[1],
        )
        for pk, (kind, at, *place) in enumerate(lines, start=1)
    ]


def told(at, *, mode=""):
    """A discharge that another system tells."""
    return Movement(pk=50, kind=DISCHARGE, source=MovementSource.FEED, effective_at=at, mode=mode)


def spans(projection):
    """Bed, beginning and end of each place."""
    return [(segment.bed_id, segment.starts_at, segment.ends_at) for segment in projection.segments]


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


IN_BED = (ADMISSION, NINE, MED, 7)


def test_a_discharge_by_hand_frees_the_bed_at_once():
    projection = project(ledger(IN_BED, (DISCHARGE, TEN)), DELAYS)
    assert spans(projection) == [(7, NINE, TEN)]


def test_a_discharge_told_by_another_system_frees_the_bed_after_the_delay_of_its_unit():
    projection = project([*ledger(IN_BED), told(TEN)], DELAYS)
    assert (projection.state, projection.discharged_at) == (StayState.DISCHARGED, TEN)
    assert spans(projection) == [(7, NINE, HALF_PAST)]
    at_once = project([*ledger((ADMISSION, NINE, ONCO, 8)), told(TEN)], DELAYS)
    assert spans(at_once) == [(8, NINE, TEN)]


@pytest.mark.parametrize("left", ["09:50", "10:00", "10:10", "11:15"])
def test_a_confirmed_departure_frees_the_bed_at_its_own_time(left):
    projection = project([*ledger(IN_BED, (DEPARTURE, paris(left))), told(TEN)], DELAYS)
    assert spans(projection) == [(7, NINE, paris(left))]
    assert projection.discharged_at == TEN


def test_a_departure_confirms_a_discharge_and_is_none_by_itself():
    projection = project(ledger(IN_BED, (DEPARTURE, TEN)))
    assert (projection.state, spans(projection)) == (StayState.PRESENT, [(7, NINE, None)])


def test_what_the_ward_saw_stands_when_another_system_tells_the_exit_later():
    projection = project([*ledger(IN_BED, (DISCHARGE, paris("09:40"))), told(TEN)], DELAYS)
    assert (spans(projection), projection.discharged_at) == ([(7, NINE, paris("09:40"))], TEN)


def test_of_two_exits_told_the_later_wins():
    projection = project([*ledger(IN_BED), told(TEN), told(paris("10:40"))], DELAYS)
    assert spans(projection) == [(7, NINE, paris("11:10"))]


def test_who_is_moved_before_the_bed_is_free_never_left_it():
    projection = project([*ledger(IN_BED, (TRANSFER, paris("10:20"), ONCO, 8)), told(TEN)], DELAYS)
    assert spans(projection) == [(7, NINE, paris("10:20")), (8, paris("10:20"), None)]
    assert projection.state == StayState.PRESENT


def test_who_comes_back_after_the_bed_was_free_had_left_it():
    projection = project([*ledger(IN_BED, (TRANSFER, NOON, MED, 7)), told(TEN)], DELAYS)
    assert spans(projection) == [(7, NINE, HALF_PAST), (7, NOON, None)]


@pytest.mark.parametrize(("night", "hours"), [("2026-10-25", 2), ("2026-03-29", 0)], ids=["autumn", "spring"])
def test_a_delay_is_as_long_on_the_night_when_the_clock_changes(night, hours):
    two = timedelta(hours=2)
    came, left = paris(f"{night} 00:30"), paris(f"{night} 01:30")
    (segment,) = project([*ledger((ADMISSION, came, MED, 7)), told(left)], {MED: two}).segments
    assert segment.ends_at.timestamp() - left.timestamp() == two.total_seconds()
    assert segment.ends_at.astimezone(left.tzinfo).hour == 3 - (hours == 2) + (hours == 0)


def test_a_leave_keeps_the_bed_until_the_return():
    away = ledger(IN_BED, (LEAVE, TEN, MED, 7))
    away[-1].expected_return_at = NOON
    projection = project(away)
    assert (projection.state, projection.on_leave_until) == (StayState.ON_LEAVE, NOON)
    assert spans(projection) == [(7, NINE, None)]
    back = project([*away, *ledger(IN_BED, IN_BED, (RETURN, NOON))[2:]])
    assert (back.state, back.on_leave_until, spans(back)) == (StayState.PRESENT, None, [(7, NINE, None)])


def test_a_bed_changed_during_a_leave_is_no_return_and_another_bed_on_return_is_a_move():
    changed = project(ledger(IN_BED, (LEAVE, TEN), (TRANSFER, HALF_PAST, MED, 8)))
    assert (changed.state, spans(changed)) == (StayState.ON_LEAVE, [(7, NINE, HALF_PAST), (8, HALF_PAST, None)])
    returned = project(ledger(IN_BED, (LEAVE, TEN), (RETURN, HALF_PAST, MED, 8)))
    assert (returned.state, spans(returned)) == (StayState.PRESENT, [(7, NINE, HALF_PAST), (8, HALF_PAST, None)])


@pytest.mark.parametrize("kind", [LEAVE, RETURN, LOUNGE, DEATH])
def test_what_is_told_of_somebody_who_has_left_brings_nobody_back(kind):
    projection = project(ledger(IN_BED, (DISCHARGE, TEN), (kind, NOON)))
    assert (projection.state, spans(projection)) == (StayState.DISCHARGED, [(7, NINE, TEN)])


def test_the_lounge_gives_the_bed_up_and_a_move_gives_one_back():
    waiting = project(ledger(IN_BED, (LOUNGE, TEN)))
    assert (waiting.state, spans(waiting), waiting.discharged_at) == (StayState.LOUNGE, [(7, NINE, TEN)], None)
    again = project(ledger(IN_BED, (LOUNGE, TEN), (TRANSFER, NOON, MED, 8)))
    assert (again.state, spans(again)) == (StayState.PRESENT, [(7, NINE, TEN), (8, NOON, None)])
    gone = project([*ledger(IN_BED, (LOUNGE, TEN)), told(NOON)], DELAYS)
    assert (gone.state, spans(gone)) == (StayState.DISCHARGED, [(7, NINE, TEN)])


def test_a_death_keeps_the_bed_until_the_body_has_left():
    dead = project(ledger(IN_BED, (DEATH, TEN)))
    assert (dead.state, dead.died_at, spans(dead)) == (StayState.DECEASED, TEN, [(7, NINE, None)])
    gone = project(ledger(IN_BED, (DEATH, TEN), (DISCHARGE, NOON)))
    assert (gone.state, gone.exit_mode, spans(gone)) == (StayState.DISCHARGED, ExitMode.DEATH, [(7, NINE, NOON)])


def test_an_exit_told_of_somebody_who_died_keeps_the_bed():
    for movements in ([*ledger(IN_BED, (DEATH, TEN)), told(HALF_PAST)], [*ledger(IN_BED), told(TEN, mode="death")]):
        projection = project(movements, DELAYS)
        assert (projection.state, spans(projection)) == (StayState.DECEASED, [(7, NINE, None)])
        assert (projection.died_at, projection.exit_mode) == (TEN, "")
    gone = project([*ledger(IN_BED, (DISCHARGE, NOON)), told(TEN, mode="death")], DELAYS)
    assert (gone.state, gone.exit_mode, spans(gone)) == (StayState.DISCHARGED, ExitMode.DEATH, [(7, NINE, NOON)])


def test_a_death_while_the_departure_is_to_be_confirmed_keeps_the_bed():
    early = project([*ledger(IN_BED, (DEATH, paris("10:20"))), told(TEN)], DELAYS)
    late = project([*ledger(IN_BED, (DEATH, paris("10:40"))), told(TEN)], DELAYS)
    assert (early.state, spans(early)) == (StayState.DECEASED, [(7, NINE, None)])
    assert (late.state, spans(late)) == (StayState.DISCHARGED, [(7, NINE, HALF_PAST)])


def test_a_death_told_of_somebody_in_no_bed_here_ends_the_stay():
    projection = project([told(TEN, mode="death")], DELAYS)
    assert (projection.state, projection.exit_mode, projection.died_at) == (StayState.DISCHARGED, ExitMode.DEATH, TEN)


def test_a_leave_is_the_first_that_is_heard_of_a_stay():
    projection = project(ledger((LEAVE, TEN, MED, 7)))
    assert (projection.state, projection.admitted_at, spans(projection)) == (StayState.ON_LEAVE, TEN, [(7, TEN, None)])


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
def test_the_marks_of_a_stay_agree_with_its_state(movements):
    projection = project(movements, DELAYS)
    assert (projection.discharged_at is not None) == (projection.state == StayState.DISCHARGED)
    assert projection.exit_mode == "" or projection.state == StayState.DISCHARGED
    assert projection.on_leave_until is None or projection.state == StayState.ON_LEAVE
    assert projection.died_at is not None or projection.state != StayState.DECEASED
    if projection.state in (StayState.DISCHARGED, StayState.LOUNGE):
        assert all(segment.ends_at is not None for segment in projection.segments)
    if projection.state in (StayState.EXPECTED, StayState.CANCELLED):
        assert projection.segments == ()


@patiently
@given(histories)
def test_by_hand_the_last_arrival_exit_or_death_decides(movements):
    projection = project(movements)
    deciding = [m for m in movements if m.kind in (ADMISSION, DEATH, DISCHARGE)]
    if deciding and all(m.kind in (PREADMISSION, ADMISSION, DISCHARGE) for m in movements):
        left = max(deciding, key=lambda movement: movement.order).kind == DISCHARGE
        assert projection.state == (StayState.DISCHARGED if left else StayState.PRESENT)


@patiently
@given(histories)
def test_what_was_written_first_or_last_changes_nothing_of_what_happened_at_different_times(movements):
    moments = [movement.effective_at for movement in movements]
    if len(set(moments)) == len(moments):
        renumbered = [
            Movement(
                pk=-m.pk,
                kind=m.kind,
                source=m.source,
                effective_at=m.effective_at,
                unit_id=m.unit_id,
                bed_id=m.bed_id,
            )
            for m in movements
        ]
        assert project(renumbered) == project(movements)
