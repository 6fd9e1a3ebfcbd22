"""What a head says beside its numbers: whether its board was confirmed, what it is asked before the unit closes."""

from datetime import timedelta

import pytest

from amh.board import bands, boards, heads
from amh.board.audiences import Audience
from amh.board.topics import BoardTopic
from amh.core.roles import Role
from tests.board.browsing import board
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from wards.actions import confirmations
from wards.models import Calendar, OpeningHours, Unit

pytestmark = pytest.mark.django_db
EVERYBODY, WALL = Audience("fr", None), Audience("fr", frozenset(), wall=True)
EIGHT = paris("08:00")


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def week_unit():
    """Open from Monday at seven to Friday at eighteen."""
    calendar = Calendar.objects.create(name="Semaine")
    for weekday in range(5):
        opens, closes = "07:00" if weekday == 0 else "00:00", "18:00" if weekday == 4 else "00:00"
        OpeningHours.objects.create(calendar=calendar, weekday=weekday, opens=opens, closes=closes)
    return a_unit("HS", name="Hôpital de semaine", calendar=calendar)


def html(unit, *, at=NOW, audience=EVERYBODY):
    return heads.html(boards.read(at).head(unit, audience), language="fr")


def confirm(unit, *, at):
    confirmations.confirm(unit=unit, doubts=0, by=a_user(Role.BED_MANAGER), at=at)


def test_a_unit_is_to_confirm_then_late_then_has_confirmed(unit):
    early, late = html(unit, at=EIGHT - timedelta(hours=1)), html(unit, at=EIGHT + timedelta(minutes=1))
    assert "à confirmer</a>" in early
    assert "data-late" not in early
    assert "data-late>à confirmer</a>" in late
    confirm(unit, at=EIGHT + timedelta(minutes=4))
    assert "confirmé 08:04</a>" in html(unit)
    assert "data-late" not in html(unit)
    assert "à confirmer</a>" in html(unit, at=paris("2026-11-22 06:30")), "each morning anew"


def test_a_unit_that_does_not_open_that_day_is_not_asked_to_confirm(week_unit):
    assert 'class="confirmed"' not in html(week_unit)
    assert "à confirmer" in html(week_unit, at=paris("2026-11-20 10:00"))


def test_the_band_counts_the_units_that_have_confirmed(unit, week_unit):
    other = a_unit("ONC")
    confirm(unit, at=EIGHT)
    read = boards.read(NOW)
    band = bands.band([read.head(one, EVERYBODY) for one in (unit, other, week_unit)], at=NOW)
    assert (band.figures["confirmed"], band.figures["due"]) == (1, 2)
    page = board(a_user(Role.BED_MANAGER))
    assert ['data-count="confirmed">1</span>' in page, 'data-count="due">2</span>' in page] == [True, True]


def test_on_friday_the_unit_is_asked_where_its_patients_go_and_a_wall_is_not(week_unit):
    present(a_bed(week_unit), at=paris("2026-11-20 08:00"))
    friday, saturday = paris("2026-11-20 10:00"), paris("2026-11-21 10:00")
    assert "1 patient à orienter avant 18:00" in html(week_unit, at=friday)
    assert 'class="asked loud"' in html(week_unit, at=saturday)
    assert "1 patient présent, unité fermée" in html(week_unit, at=saturday)
    assert "asked" not in html(week_unit, at=saturday, audience=WALL)


def test_a_bed_of_a_unit_that_is_shut_says_until_when(week_unit):
    a_bed(week_unit, "201", "F")
    read = boards.read(NOW)
    assert "unité fermée jusqu’à lun. 23 07:00" in read.card(read.rows[0], EVERYBODY)
    Unit.objects.filter(pk=week_unit.pk).update(calendar=Calendar.objects.create(name="Jamais"))
    read = boards.read(NOW)
    assert '<p class="detail">unité fermée</p>' in read.card(read.rows[0], EVERYBODY)


@pytest.mark.parametrize(
    "at", [EIGHT - timedelta(hours=2), EIGHT, paris("2026-11-20 18:00"), paris("2026-11-23 07:00"), paris("14:00")]
)
def test_the_clock_alone_has_the_head_told_anew(unit, week_unit, at):
    for one in (unit, week_unit):
        present(a_bed(one), at=paris("2026-11-18 08:00"))
    topic, minute = BoardTopic(), timedelta(minutes=1)
    before, after = topic.fingerprints(at=at - minute), topic.fingerprints(at=at + minute)
    told = {ref for ref in before if before[ref] != after[ref]}
    differs = {-one.pk for one in (unit, week_unit) if html(one, at=at - minute) != html(one, at=at + minute)}
    assert differs <= {ref for ref in told if ref < 0}
    assert differs or at == paris("14:00")


@pytest.mark.parametrize(("day", "found"), [(19, (2, 1)), (20, (0, -1)), (21, (0, -1))])
def test_a_unit_that_closes_before_midnight_has_no_bed_for_the_night(week_unit, day, found):
    present(a_bed(week_unit), at=paris("2026-11-18 08:00"))
    a_bed(week_unit)
    numbers = boards.read(paris(f"2026-11-{day} 10:00")).head(week_unit, EVERYBODY).numbers
    assert (numbers.night_open, numbers.tonight) == found
