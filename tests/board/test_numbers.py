"""The top of the board: what each unit counts, what the hospital adds up to, who waits and since when (WR-11)."""

from datetime import timedelta

import pytest

from amh.board import bands, boards
from amh.board.audiences import Audience
from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import deaths, expected_discharges, reservations, stays
from patients.models import Certainty, MovementKind, Stay, StayKind
from patients.queries import hostings
from tests.board.browsing import board
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present, told
from wards.models import BedKind, ClosureReason, UnitKind
from wards.queries.hospitals import hospital

pytestmark = pytest.mark.django_db
EVERYBODY = Audience("fr", None)
HOUR = timedelta(hours=1)


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


def head(unit, *, at=NOW):
    read = boards.read(at)
    return read.head(next(one for one in read.units if one.pk == unit.pk), EVERYBODY)


def numbers(unit, *names, at=NOW):
    counted_ = head(unit, at=at).numbers
    return tuple(getattr(counted_, name) for name in names)


def leaves(bed, certainty, *, at="17:00"):
    stay = present(bed)
    expected_discharges.expect(stay=stay, expected_at=paris(at), certainty=certainty, by=None, at=NOW)
    return stay


def test_an_empty_unit_has_every_bed_for_the_night(unit):
    beds(unit, 4)
    assert numbers(unit, "installed", "open", "taken", "present", "tonight") == (4, 4, 0, 0, 4)


def test_a_unit_without_beds_counts_nothing(unit):
    assert set(dict(head(unit).numbers.items()).values()) == {0}
    assert head(unit).has_nights is False


def test_tonight_is_what_is_open_less_present_and_entries_plus_the_exits_that_are_sure_enough(unit):
    here = beds(unit, 8)
    present(here[0])
    leaves(here[1], Certainty.CERTAIN)
    leaves(here[2], Certainty.PROBABLE)
    leaves(here[3], Certainty.POSSIBLE)
    expected(unit, expected_at=paris("18:00"))
    bed_actions.close(bed=here[4], reason=ClosureReason.WORKS, by=None, at=NOW)
    found = numbers(unit, "night_open", "present", "entries", "certain", "probable", "possible", "exits", "tonight")
    assert found == (7, 4, 1, 1, 1, 1, 3, 7 - (4 + 1 - 1 - 1))


def test_who_waits_without_a_bed_needs_one_tonight(unit):
    beds(unit, 1)
    present(unit)
    present(unit)
    assert numbers(unit, "present", "tonight") == (2, -1)
    assert (head(unit).waiting, head(unit).sign, head(unit).tonight) == (2, "short", "−1")


def test_a_session_or_a_day_case_needs_no_bed_tonight(unit):
    beds(unit, 1)
    for kind in (StayKind.SESSION, StayKind.DAY_SURGERY):
        Stay.objects.filter(pk=present(unit).pk).update(kind=kind)
        Stay.objects.filter(pk=expected(unit, expected_at=paris("18:00")).pk).update(kind=kind)
    assert numbers(unit, "present", "entries", "tonight") == (0, 0, 1)


def test_who_is_awaited_counts_once_in_the_unit_of_the_bed_that_is_kept(unit):
    other = a_unit("ONC")
    bed = a_bed(other, "301", "P")
    stay = expected(unit, expected_at=paris("18:00"))
    assert (numbers(unit, "entries"), numbers(other, "entries")) == ((1,), (0,))
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("18:00"), by=None, at=NOW)
    assert (numbers(unit, "entries"), numbers(other, "entries")) == ((0,), (1,))


def test_a_bed_kept_for_another_day_is_no_entry_of_today(unit):
    bed = a_bed(unit)
    stay = expected(unit, expected_at=paris("2026-11-22 10:00"))
    reservations.reserve(stay=stay, bed=bed, expected_at=paris("2026-11-22 10:00"), by=None, at=NOW)
    assert numbers(unit, "entries", "tonight") == (0, 1)


def test_midnight_takes_no_bed_away_from_those_who_are_late(unit):
    kept, _free = beds(unit, 2)
    late = expected(unit, expected_at=paris("18:00"))
    reservations.reserve(stay=late, bed=kept, expected_at=paris("18:00"), by=None, at=NOW)
    expected(unit, expected_at=paris("19:00"))
    for moment in (paris("23:50"), paris("2026-11-22 00:10"), paris("2026-11-22 17:30")):
        assert numbers(unit, "entries", "tonight", at=moment) == (2, 0), moment
    assert numbers(unit, "entries", "tonight", at=paris("2026-11-22 18:30")) == (1, 1), "a day late"


def test_an_arrival_of_another_day_that_never_came_is_no_entry_of_today(unit):
    expected(unit, at=NOW - timedelta(days=3))
    assert numbers(unit, "entries") == (0,)


def test_who_moves_tonight_frees_one_bed_and_takes_another(unit):
    other = a_unit("ONC")
    stay = present(a_bed(unit))
    reservations.reserve(stay=stay, bed=a_bed(other, "301", "P"), expected_at=paris("18:00"), by=None, at=NOW)
    assert numbers(unit, "present", "moving", "tonight") == (1, 1, 1)
    assert numbers(other, "present", "entries", "tonight") == (0, 1, 0)


def test_who_is_in_the_theatre_comes_back_to_the_kept_bed_or_needs_one(unit):
    theatre = a_unit("BLOC", kind=UnitKind.THEATRE)
    a_bed(theatre, "S1", "1")
    with_bed, without = present(a_bed(unit)), present(theatre)
    stays.wait(stay=with_bed, unit=theatre, expected_at=paris("18:00"), by=None, at=NOW)
    assert numbers(unit, "present", "entries", "tonight") == (0, 1, 0)
    assert numbers(theatre, "night_open", "entries") == (0, 1), "the theatre has no bed for the night"
    assert without.unit == theatre


def test_who_was_said_to_have_left_leaves_for_certain(unit):
    told(present(a_bed(unit)), MovementKind.DISCHARGE, at=paris("14:20"))
    assert numbers(unit, "present", "certain", "to_confirm_exits", "tonight") == (1, 1, 1, 1)


def test_an_exit_that_was_foreseen_earlier_is_overdue_and_still_counts(unit):
    stay = present(a_bed(unit), at=NOW - timedelta(days=2))
    said = {"expected_at": NOW - timedelta(hours=20), "certainty": Certainty.CERTAIN}
    expected_discharges.expect(stay=stay, **said, by=None, at=NOW - timedelta(days=1))
    assert numbers(unit, "overdue", "certain") == (1, 1)


def test_the_dead_are_neither_present_nor_leaving(unit):
    stay = leaves(a_bed(unit), Certainty.CERTAIN)
    deaths.die(stay=stay, by=None, at=NOW)
    assert numbers(unit, "present", "certain", "shut", "tonight") == (0, 0, 1, 0)


def test_chairs_and_places_are_not_for_the_night(unit):
    a_bed(unit, "1", "A", kind=BedKind.CHAIR)
    a_bed(unit, "2", "A", kind=BedKind.PLACE)
    assert numbers(unit, "installed", "night_open", "tonight") == (2, 0, 0)


def test_a_single_room_is_free_when_its_only_bed_is(unit):
    a_bed(unit, "201", "1")
    a_bed(unit, "202", "F")
    a_bed(unit, "202", "P")
    assert numbers(unit, "singles") == (1,)
    present(a_bed(unit, "203", "1"))
    assert numbers(unit, "singles") == (1,)


def test_who_is_lodged_elsewhere_could_come_home_to_a_free_bed(unit):
    host = a_unit("ONC")
    for label in ("301", "302", "303"):
        Stay.objects.filter(pk=present(a_bed(host, label, "P")).pk).update(unit=unit)
    beds(unit, 2)
    assert numbers(unit, "hosting", "hosted", "returning") == (0, 3, 2)
    assert numbers(host, "hosting", "hosted", "returning") == (3, 0, 0)
    assert hostings.elsewhere(NOW, unit_ids=[unit.pk, host.pk]) == {unit.pk: 3}


def test_a_unit_read_alone_says_what_it_says_within_the_hospital(unit):
    host = a_unit("ONC")
    Stay.objects.filter(pk=present(a_bed(host)).pk).update(unit=unit)
    dead = present(a_bed(host, "302", "P"))
    Stay.objects.filter(pk=dead.pk).update(unit=unit)
    deaths.die(stay=dead, by=None, at=NOW)
    beds(unit, 3)
    whole = boards.read(NOW)
    for one in whole.units:
        assert boards.read(NOW, unit_ids=[one.pk]).head(one, EVERYBODY) == whole.head(one, EVERYBODY)


def test_the_hospital_adds_its_units_up(unit):
    other = a_unit("ONC")
    beds(unit, 2)
    beds(other, 3)
    present(other)
    read = boards.read(NOW)
    band = bands.band([read.head(one, EVERYBODY) for one in read.units], at=NOW)
    assert (band.figures["installed"], band.figures["free"], band.figures["tonight"]) == (5, 5, 4)
    assert (band.tonight, band.figures["waiting"]) == ("+4", 1)


def test_those_who_wait_longest_come_first_with_how_long(unit):
    other = a_unit("ONC", name="Oncologie")
    present(unit, patient=a_patient("Durand"), at=NOW - timedelta(minutes=12))
    present(other, patient=a_patient("Martin"), at=NOW - timedelta(hours=2, minutes=10))
    read = boards.read(NOW)
    band = bands.band([read.head(one, EVERYBODY) for one in read.units], at=NOW)
    said = [(one.person.name.split()[0], one.unit_name, one.since.length) for one in band.waiting]
    assert said == [("MARTIN", "Oncologie", "2 h 10"), ("DURAND", "Médecine", "12 min")]


def test_the_oldest_bed_to_clean_says_how_long_it_waits(unit):
    for ago in (HOUR, 3 * HOUR):
        stay = present(a_bed(unit, f"2{ago.seconds}", "F"), at=NOW - 5 * HOUR)
        stays.discharge(stay=stay, by=None, at=NOW, effective_at=NOW - ago)
    read = boards.read(NOW)
    band = bands.band([read.head(one, EVERYBODY) for one in read.units], at=NOW)
    assert band.cleaning is not None
    assert band.cleaning.length == "3 h 00"


def test_the_band_is_of_the_units_on_the_page_and_names_whom_one_may_know(unit):
    other = a_unit("ONC", name="Oncologie")
    present(unit, patient=a_patient("Durand"))
    present(other, patient=a_patient("Martin"))
    own = a_user(Role.AMH, unit)
    whole, mine = board(own), board(own, unite="MED")
    band = whole.split('id="attente"')[1].split("</ol>")[0]
    assert "DURAND" in band
    assert "MARTIN" not in band
    assert band.count("data-elapsed") == 2
    assert mine.split('id="attente"')[1].split("</ol>")[0].count("data-elapsed") == 1
    assert "Personne." in board(own, etat="libre", unite="MED", a="2026-11-01T08:00")


def test_a_board_costs_the_same_however_many_wait(unit):
    queries = []
    hospital()
    for _ in range(2):
        with counted(queries):
            read = boards.read(NOW)
            bands.band([read.head(one, EVERYBODY) for one in read.units], at=NOW)
        for _ in range(30):
            present(unit)
    assert queries[0] == queries[1]
