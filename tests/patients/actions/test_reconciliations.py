import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import deaths, movements, reconciliations
from patients.models import ExitMode, MovementKind, StayState
from patients.queries.occupancy import occupancy
from patients.queries.waiting import around
from patients.rules.reconciliations import Answer
from tests.expectations import nothing_written, places, refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_unit, beds
from tests.factories.presences import expected, fresh, present, told

pytestmark = pytest.mark.django_db
NINE, TEN, TWO = paris("09:00"), paris("10:00"), paris("14:00")


@pytest.fixture
def ward():
    """Three beds of one unit: the first held since 9:00, the second the newcomer's until 14:00, the third free."""
    return beds(a_unit(), 3)


@pytest.fixture
def holder(ward):
    return present(ward[0], patient=a_patient("Durand"), at=NINE)


@pytest.fixture
def newcomer(ward, holder):
    """Told to be in the first bed since 14:00."""
    stay = present(ward[1], at=TEN)
    told(stay, MovementKind.TRANSFER, at=TWO, place=ward[0])
    return fresh(stay)


def reconcile(stay, answer, *, by=None, at=NOW, **options):
    return reconciliations.reconcile(stay=stay, answer=answer, by=by, at=at, **options)


def beds_of(stay):
    return [place[1] for place in places(stay)]


def test_it_is_said_who_waits_for_which_bed_and_who_has_it(ward, holder, newcomer):
    (one,) = around(NOW)
    assert (one.stay_id, one.to_confirm, one.wanted_bed_id, one.since) == (newcomer.pk, True, ward[0].pk, TWO)
    assert (one.other_stay_id, one.other_birth_name, one.other_protected) == (holder.pk, "Durand", False)
    assert occupancy(NOW, bed_ids=[ward[0].pk])[0].claimed_by == newcomer.pk


def test_the_other_has_left(ward, holder, newcomer):
    reconcile(newcomer, Answer.LEFT, mode=ExitMode.HOME, by=a_user(Role.AMH, ward[0].room.unit))
    assert (fresh(holder).state, fresh(holder).exit_mode, fresh(holder).discharged_at) == (
        StayState.DISCHARGED,
        ExitMode.HOME,
        TWO,
    )
    assert (beds_of(newcomer), around(NOW)) == ([ward[1], ward[0]], [])


def test_the_other_left_at_an_hour_of_its_own(ward, holder, newcomer):
    reconcile(newcomer, Answer.LEFT, effective_at=paris("14:20"))
    assert [place[1:] for place in places(newcomer)][1:] == [
        (None, TWO, paris("14:20")),
        (ward[0], paris("14:20"), None),
    ]


def test_the_other_whose_exit_was_told_has_left(ward, holder, newcomer):
    told(holder, MovementKind.DISCHARGE, at=paris("14:10"), now=NOW)
    reconcile(newcomer, Answer.LEFT, effective_at=paris("14:15"))
    assert places(holder)[-1][3] == paris("14:15")


def test_the_body_of_the_other_has_left(ward, holder, newcomer):
    deaths.die(stay=holder, by=None, at=NOW, effective_at=paris("14:10"))
    reconcile(newcomer, Answer.LEFT)
    assert (fresh(holder).state, fresh(holder).exit_mode) == (StayState.DISCHARGED, ExitMode.DEATH)


def test_they_exchanged_their_beds(ward, holder, newcomer):
    reconcile(newcomer, Answer.SWAPPED)
    assert (beds_of(holder), beds_of(newcomer)) == ([ward[0], ward[1]], [ward[1], ward[0]])
    assert {place[2] for place in (places(holder)[-1], places(newcomer)[-1])} == {TWO}


def test_the_other_went_to_a_third_bed(ward, holder, newcomer):
    reconcile(newcomer, Answer.SWAPPED, bed=ward[2])
    assert (beds_of(holder), beds_of(newcomer)) == ([ward[0], ward[2]], [ward[1], ward[0]])


def test_who_comes_from_nowhere_has_no_bed_to_exchange(ward, holder):
    stay = expected(ward[0].room.unit)
    told(stay, MovementKind.ADMISSION, at=TWO, place=ward[0])
    with nothing_written(), refused(Invalid, "required", field="bed", saying="où se trouve l’autre patient"):
        reconcile(stay, Answer.SWAPPED)
    reconcile(stay, Answer.SWAPPED, bed=ward[2])
    assert beds_of(stay) == [ward[0]]


def test_it_was_entered_by_mistake_and_nobody_moved(ward, holder, newcomer):
    reconcile(newcomer, Answer.MISTAKEN)
    assert places(newcomer) == [(ward[0].room.unit, ward[1], TEN, None)]
    assert (beds_of(holder), around(NOW)) == ([ward[0]], [])


def test_it_was_entered_for_another_bed(ward, holder, newcomer):
    reconcile(newcomer, Answer.MISTAKEN, bed=ward[2])
    assert beds_of(newcomer) == [ward[1], ward[2]]


def test_a_mistake_leaves_the_patient_in_the_unit_when_the_bed_before_was_given(ward, holder, newcomer):
    present(ward[1], at=paris("14:10"))
    reconcile(newcomer, Answer.MISTAKEN)
    (one,) = around(NOW)
    assert (one.stay_id, one.to_confirm, beds_of(newcomer)) == (newcomer.pk, False, [ward[1], None])


@pytest.mark.parametrize("answer", Answer)
def test_each_answer_is_undone(ward, holder, newcomer, answer):
    before = places(holder), places(newcomer)
    movement = reconcile(newcomer, answer)
    assert (places(holder), places(newcomer)) != before
    movements.undo(movement=movement, by=None, at=NOW)
    assert (places(holder), places(newcomer)) == before


def test_one_patient_in_two_stays(ward):
    who = a_patient()
    first = present(ward[0], patient=who, at=NINE)
    second = expected(ward[1].room.unit, patient=who)
    told(second, MovementKind.ADMISSION, at=TWO, place=ward[1])
    (one,) = around(NOW)
    assert (one.to_confirm, one.wanted_bed_id, one.other_stay_id) == (True, ward[1].pk, first.pk)
    with nothing_written(), refused(Conflict, "same_patient", saying="même patient"):
        reconcile(second, Answer.SWAPPED)
    movement = reconcile(second, Answer.LEFT)
    assert (fresh(first).state, beds_of(second)) == (StayState.DISCHARGED, [ward[1]])
    movements.undo(movement=movement, by=None, at=NOW)
    reconcile(second, Answer.MISTAKEN)
    assert (fresh(second).state, places(second), fresh(first).state) == (StayState.EXPECTED, [], StayState.PRESENT)


def test_there_must_be_something_to_confirm(ward, holder, newcomer):
    for stay in (holder, expected(ward[0].room.unit)):
        with nothing_written(), refused(Conflict, "nothing_to_confirm", saying="pas de lit à confirmer"):
            reconcile(stay, Answer.LEFT)
    reconcile(newcomer, Answer.LEFT)
    with nothing_written(), refused(Conflict, "nothing_to_confirm"):
        reconcile(newcomer, Answer.LEFT)


def test_one_needs_the_right_to_the_act_that_the_answer_is(ward, holder, newcomer):
    physician = a_user(Role.PHYSICIAN, ward[0].room.unit)
    for answer in (Answer.SWAPPED, Answer.MISTAKEN):
        with nothing_written(), refused(Denied, "denied"):
            reconcile(newcomer, answer, by=physician)
    reconcile(newcomer, Answer.LEFT, by=physician)
    assert AuditEntry.objects.latest("pk").action == "stay.discharge"


def test_two_who_wait_are_served_in_the_order_in_which_they_were_told(ward, holder, newcomer):
    third = present(ward[2], at=TEN)
    told(third, MovementKind.TRANSFER, at=paris("13:00"), place=ward[0], now=NOW)
    reconcile(newcomer, Answer.LEFT, effective_at=paris("14:10"))
    assert beds_of(newcomer)[-1] == ward[0]
    (one,) = around(NOW)
    assert (one.stay_id, one.other_stay_id) == (third.pk, newcomer.pk)
