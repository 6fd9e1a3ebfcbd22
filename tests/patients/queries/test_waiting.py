from datetime import timedelta

import pytest

from patients.actions import departures, leaves, notices, reservations, stays
from patients.models import MovementKind
from patients.queries.waiting import around
from patients.tellings import Happening, Person, Visit
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present

pytestmark = pytest.mark.django_db
FOUR, TONIGHT = paris("16:00"), paris("20:00")


def listed(at=NOW, **options):
    return [one.stay_id for one in around(at, **options)]


def test_those_present_come_first_and_who_waits_longest_before_all():
    unit = a_unit()
    tonight, soon = expected(unit, expected_at=TONIGHT), expected(unit, expected_at=FOUR)
    recent, old = present(unit, at=paris("13:00")), present(unit, at=paris("09:00"))
    assert listed() == [old.pk, recent.pk, soon.pk, tonight.pk]
    rows = around(NOW)
    assert (rows[0].since, rows[0].expected_at) == (paris("09:00"), None)
    assert (rows[2].since, rows[2].expected_at) == (None, FOUR)


def test_a_patient_in_a_bed_waits_for_none():
    present(a_bed(a_unit()))
    assert listed() == []


def test_who_is_expected_tomorrow_waits_tomorrow():
    stay = expected(a_unit(), expected_at=paris("2026-11-22 09:00"))
    assert (listed(), listed(paris("2026-11-22 00:00"))) == ([], [stay.pk])


def test_who_was_expected_and_has_not_come_is_not_forgotten():
    stay = expected(a_unit(), at=paris("2026-11-19 09:00"))
    assert listed() == [stay.pk]


def test_who_has_a_bed_kept_is_awaited_there_until_the_reservation_runs_out():
    bed = a_bed(a_unit(), "207", "P")
    stay = expected(bed.room.unit, expected_at=FOUR)
    reservations.reserve(stay=stay, bed=bed, expected_at=FOUR, by=None, at=NOW)
    kept = [(one.stay_id, one.wanted_room, one.wanted_bed) for one in around(paris("19:59"))]
    over = [(one.stay_id, one.wanted_room, one.wanted_bed) for one in around(TONIGHT)]
    assert (kept, over) == ([(stay.pk, "207", "P")], [(stay.pk, "", "")])


def test_who_has_left_waits_no_more_but_did():
    stay = present(a_unit(), at=paris("09:00"))
    stays.discharge(stay=stay, by=None, at=NOW)
    assert (listed(), listed(paris("10:00"))) == ([], [stay.pk])


def test_a_bed_held_by_another_is_said_to_be_confirmed():
    bed = a_bed(a_unit(), "201", "F")
    present(bed)
    happening = Happening(MovementKind.ADMISSION, NOW, "SIH", unit=bed.room.unit, bed=bed)
    person = Person((("IPP", "SIH", "1"),), {"birth_name": "Durand"})
    notices.follow(person=person, visit=Visit("SIH", "V1"), happening=happening, at=NOW)
    (one,) = around(NOW)
    assert (one.wanted_room, one.wanted_bed, one.birth_name) == ("201", "F", "Durand")


def test_who_is_there_and_has_a_bed_kept_is_awaited_in_it():
    bed = a_bed(a_unit(), "207", "P")
    stay = present(a_unit())
    reservations.reserve(stay=stay, bed=bed, expected_at=FOUR, by=None, at=NOW)
    (one,) = around(NOW)
    assert (one.wanted_bed_id, one.wanted_room, one.to_confirm) == (bed.pk, "207", False)
    assert [one.wanted_bed_id for one in around(TONIGHT)] == [None]


def test_who_is_away_waits_for_nothing_and_is_not_forgotten():
    here, there = a_bed(a_unit(), "201", "F"), a_bed(a_unit())
    leaves.leave(stay=present(here), until=TONIGHT, by=None, at=NOW)
    lounging = present(there)
    departures.to_lounge(stay=lounging, by=None, at=NOW)
    on_leave, lounge = around(NOW)
    assert (on_leave.away, on_leave.back_at, on_leave.wanted_bed_id) == ("on_leave", TONIGHT, here.pk)
    assert (lounge.away, lounge.stay_id, lounge.unit_id, lounge.back_at) == (
        "lounge",
        lounging.pk,
        there.room.unit_id,
        None,
    )
    assert [around(NOW - timedelta(minutes=1)), around(NOW, unit_ids=[a_unit().pk])] == [[], []]


def test_one_unit_may_be_asked_alone():
    here, there = a_unit(), a_unit()
    stay = present(here)
    expected(there)
    assert listed(unit_ids=[here.pk]) == [stay.pk]


def test_one_statement_whatever_the_number_of_patients():
    unit, queries = a_unit(), []
    present(unit)
    with counted(queries):
        around(NOW)
    for _ in range(15):
        present(unit)
        expected(unit, patient=a_patient())
    for bed in beds(unit, 5):
        present(bed, at=NOW - timedelta(hours=5))
    with counted(queries):
        assert len(around(NOW)) == 31
    assert queries == [1, 1]
