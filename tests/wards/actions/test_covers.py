from datetime import UTC, datetime, timedelta

import pytest

from amh.core import rules
from amh.core.actions import parameters as parameter_actions
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, User
from amh.core.roles import Permission, Role
from amh.core.transactions import act
from tests.expectations import refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.staffs import HOUR, a_cover, a_duty, an_absence, closed, now
from wards.actions import covers
from wards.models import Cover

pytestmark = pytest.mark.django_db
AN_INSTANT = timedelta(microseconds=1)
PLACE = Permission.PLACE


def give(unit, user, start=NOW, end=NOW + 8 * HOUR, *, by=None, at=NOW, **said):
    return covers.cover(unit=unit, user=user, starts_at=start, ends_at=end, by=by, at=at, **said)


def last():
    return AuditEntry.objects.latest("pk")


def test_a_cover_gives_the_rights_of_the_unit_for_its_time():
    unit, lead, amh, colleague = a_unit(), a_user(Role.TEAM_LEAD), a_user(Role.AMH), a_user(Role.AMH)
    start, end = NOW + HOUR, NOW + 3 * HOUR

    made = give(unit, amh, start, end, replaces=colleague, by=lead)

    assert (made.starts_at, made.ends_at, made.replaces, made.entered_by, made.entered_at) == (
        start,
        end,
        colleague,
        lead,
        NOW,
    )
    assert (last().action, last().by, last().params) == (
        "cover.give",
        lead,
        {"user": amh.pk, "unit": unit.pk, "replaces": colleague.pk},
    )
    may = [rules.may(now(amh, at), PLACE, unit_id=unit.pk) for at in (start - AN_INSTANT, start, end - AN_INSTANT, end)]
    assert may == [False, True, True, False]
    assert not rules.may(now(amh, start), PLACE, unit_id=a_unit().pk)
    assert not rules.may(now(amh, start), PLACE)


def test_a_cover_that_should_have_begun_begins_now():
    made = give(a_unit(), a_user(Role.AMH), NOW - 3 * HOUR, NOW + HOUR)
    assert (made.starts_at, made.ends_at) == (NOW, NOW + HOUR)


@pytest.mark.parametrize("role", [Role.AMH, Role.NURSE, Role.PHYSICIAN, Role.BED_MANAGER, Role.DPO])
def test_only_those_who_organise_the_team_entrust_a_unit(role):
    unit = a_unit()
    by = a_user(role, unit)
    with pytest.raises(Denied):
        give(unit, a_user(Role.AMH), by=by)
    with pytest.raises(Denied):
        give(unit, by, by=by)
    assert not Cover.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "code", "field"),
    [
        (NOW, NOW, "end_before_start", "ends_at"),
        (NOW + 2 * HOUR, NOW + HOUR, "end_before_start", "ends_at"),
        (NOW - 2 * HOUR, NOW - HOUR, "in_the_past", "ends_at"),
        (NOW - HOUR, NOW, "in_the_past", "ends_at"),
        (NOW + HOUR, NOW + HOUR + timedelta(days=90, minutes=1), "too_long", "ends_at"),
        (NOW.replace(year=2150), NOW.replace(year=2150) + HOUR, "too_far", "starts_at"),
        (NOW.replace(year=2300), NOW.replace(year=2300) + HOUR, "too_far", "starts_at"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(start, end, code, field):
    with refused(Invalid, code, field=field):
        give(a_unit(), a_user(Role.AMH), start, end)


def test_the_second_half_past_two_comes_after_the_first():
    first, second = paris("2026-10-25 02:30"), paris("2026-10-25 02:30").replace(fold=1)
    made = give(a_unit(), a_user(Role.AMH), first, second, at=paris("2026-10-24 12:00"))
    made.refresh_from_db()
    assert made.ends_at - made.starts_at == HOUR
    assert made.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with refused(Invalid, "end_before_start", field="ends_at"):
        give(a_unit(), a_user(Role.AMH), second, first, at=paris("2026-10-24 12:00"))


def test_a_night_is_as_long_as_it_is():
    at = paris("2026-03-28 20:00")
    made = give(a_unit(), a_user(Role.AMH), paris("2026-03-28 21:00"), paris("2026-03-29 07:00"), at=at)
    made.refresh_from_db()
    assert made.ends_at - made.starts_at == 9 * HOUR


@pytest.mark.parametrize(
    "role", [Role.HOUSEKEEPING, Role.PORTER, Role.DPO, Role.WALL, Role.INTERFACE, Role.BED_MANAGER]
)
def test_a_role_to_which_a_unit_gives_nothing_cannot_cover_it(role):
    with refused(Conflict, "role_without_units", field="user", saying=str(role.label)):
        give(a_unit(), a_user(role))


def test_a_closed_account_cannot_cover():
    amh = a_user(Role.AMH)
    closed(amh)
    with refused(Conflict, "inactive", field="user"):
        give(a_unit(), amh)


def test_a_leaver_loses_the_unit_at_once():
    unit, amh = a_unit(), a_user(Role.AMH)
    a_cover(unit, amh)
    assert rules.may(now(amh, NOW), PLACE, unit_id=unit.pk)
    closed(amh)
    assert not rules.may(now(amh, NOW), PLACE, unit_id=unit.pk)


def test_a_unit_that_is_not_in_service_all_the_while_is_refused():
    gone, going, coming = (
        a_unit(valid_until=NOW - HOUR),
        a_unit(valid_until=NOW + HOUR),
        a_unit(valid_from=NOW + HOUR),
    )
    for unit in (gone, going, coming):
        with refused(Conflict, "unit_closed", field="unit", saying=unit.name):
            give(unit, a_user(Role.AMH))
    assert give(going, a_user(Role.AMH), NOW, NOW + HOUR).ends_at == NOW + HOUR


def test_nobody_covers_the_same_unit_twice_at_once():
    unit, amh = a_unit(), a_user(Role.AMH)
    give(unit, amh, NOW + HOUR, NOW + 3 * HOUR)
    with refused(Conflict, "covers_already", field="user", saying=unit.name):
        give(unit, amh, NOW + 2 * HOUR, NOW + 4 * HOUR)
    give(unit, amh, NOW + 3 * HOUR, NOW + 4 * HOUR)
    give(unit, amh, NOW, NOW + HOUR)
    give(a_unit(), amh, NOW + HOUR, NOW + 3 * HOUR)
    give(unit, a_user(Role.AMH), NOW + HOUR, NOW + 3 * HOUR)
    assert Cover.objects.count() == 5


def test_the_database_says_the_same():
    made = a_cover(a_unit())

    @act
    def without_the_rule():
        Cover.objects.create(
            unit=made.unit, user=made.user, starts_at=NOW, ends_at=NOW + HOUR, entered_at=NOW, entered_by=None
        )

    with refused(Conflict, "cover_once", saying="tient déjà le relais"):
        without_the_rule()


def test_nobody_replaces_themselves():
    amh = a_user(Role.AMH)
    with refused(Invalid, "replaces_oneself", field="replaces"):
        give(a_unit(), amh, replaces=amh)


def test_a_person_who_is_away_cannot_cover():
    amh, unit = a_user(Role.AMH), a_unit()
    an_absence(amh, start=NOW + 2 * HOUR, end=NOW + 4 * HOUR)
    for start, end in ((NOW, NOW + 3 * HOUR), (NOW + 3 * HOUR, NOW + 5 * HOUR), (NOW, NOW + 9 * HOUR)):
        with refused(Conflict, "absent", field="user", saying="absence de 16:32 à 18:32"):
            give(unit, amh, start, end)
    give(unit, amh, NOW, NOW + 2 * HOUR)
    give(unit, amh, NOW + 4 * HOUR, NOW + 5 * HOUR)


def test_one_key_takes_a_unit_over_until_the_end_of_the_shift():
    unit, amh = a_unit(), a_user(Role.AMH)

    made = covers.take_over(unit=unit, by=amh, at=NOW)

    assert (made.user, made.starts_at, made.ends_at) == (amh, NOW, NOW + 12 * HOUR)
    assert (last().action, last().params) == ("cover.take_over", {"user": amh.pk, "unit": unit.pk})
    assert rules.may(now(amh, NOW), PLACE, unit_id=unit.pk)
    with refused(Conflict, "covers_already", field="user"):
        covers.take_over(unit=unit, by=amh, at=NOW + HOUR)


def test_the_length_of_a_shift_is_a_parameter():
    parameter_actions.change(key="takeover_hours", value=8, unit_id=None, by=None, at=NOW)
    assert covers.take_over(unit=a_unit(), by=a_user(Role.AMH), at=NOW).ends_at == NOW + 8 * HOUR


def test_a_shift_ends_before_an_absence_a_planned_cover_and_the_end_of_the_unit():
    amh, planned, closing = a_user(Role.AMH), a_unit(), a_unit(valid_until=NOW + 2 * HOUR)
    an_absence(amh, start=NOW + 6 * HOUR, end=NOW + 30 * HOUR)
    give(planned, amh, NOW + 3 * HOUR, NOW + 5 * HOUR)
    ends = [covers.take_over(unit=unit, by=amh, at=NOW).ends_at for unit in (a_unit(), planned, closing)]
    assert ends == [NOW + 6 * HOUR, NOW + 3 * HOUR, NOW + 2 * HOUR]


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.ON_CALL])
def test_taking_over_is_for_the_amh_and_their_lead(role):
    with pytest.raises(Denied):
        covers.take_over(unit=a_unit(), by=a_user(role), at=NOW)


def test_a_token_limited_to_less_takes_nothing_over():
    amh = a_user(Role.AMH)
    amh.limited_to = frozenset({Permission.VIEW_BOARD})
    with pytest.raises(Denied):
        covers.take_over(unit=a_unit(), by=amh, at=NOW)


def test_nobody_takes_over_while_they_are_away():
    amh = a_user(Role.AMH)
    an_absence(amh)
    with refused(Conflict, "absent", field="user"):
        covers.take_over(unit=a_unit(), by=amh, at=NOW)


def test_a_cover_that_ends_early_takes_its_rights_along():
    unit, amh = a_unit(), a_user(Role.AMH)
    made, end = a_cover(unit, amh), NOW + HOUR

    covers.end(cover=made, by=amh, at=end)

    assert (last().action, last().params["was_until"]) == ("cover.end", made.ends_at.isoformat())
    assert rules.may(now(amh, end - AN_INSTANT), PLACE, unit_id=unit.pk)
    assert not rules.may(now(amh, end), PLACE, unit_id=unit.pk)
    with refused(Conflict, "already_over", saying="15:32"):
        covers.end(cover=made, by=None, at=end)


def test_a_cover_that_ends_before_it_begins_never_was():
    unit, amh = a_unit(), a_user(Role.AMH)
    made = a_cover(unit, amh, start=NOW + HOUR)
    covers.end(cover=made, by=None, at=NOW)
    assert not rules.may(now(amh, NOW + HOUR), PLACE, unit_id=unit.pk)
    with refused(Conflict, "already_cancelled"):
        covers.end(cover=made, by=None, at=NOW)
    give(unit, amh, NOW + HOUR, NOW + 3 * HOUR)


def test_a_cover_is_ended_by_its_person_or_by_those_who_organise():
    made = a_cover(a_unit())
    with pytest.raises(Denied):
        covers.end(cover=made, by=a_user(Role.AMH), at=NOW)
    with pytest.raises(Denied):
        covers.undo(cover=made, by=a_user(Role.AMH), at=NOW)
    covers.end(cover=made, by=a_user(Role.TEAM_LEAD), at=NOW + HOUR)


def test_an_end_that_was_a_mistake_is_undone():
    unit, amh = a_unit(), a_user(Role.AMH)
    made = a_cover(unit, amh)
    covers.end(cover=made, by=amh, at=NOW + HOUR)

    covers.undo(cover=made, by=amh, at=NOW + 2 * HOUR)

    made.refresh_from_db()
    assert made.ends_at == NOW + 8 * HOUR
    assert last().action == "cover.undo"
    with refused(Conflict, "already_cancelled"):
        covers.undo(cover=made, by=amh, at=NOW + 2 * HOUR)
    covers.end(cover=made, by=amh, at=NOW + 3 * HOUR)


def test_a_cover_given_by_mistake_is_undone():
    unit, amh = a_unit(), a_user(Role.AMH)
    running, coming = a_cover(unit, amh), a_cover(a_unit(), amh, start=NOW + 2 * HOUR)
    for made in (running, coming):
        covers.undo(cover=made, by=amh, at=NOW + HOUR)
        made.refresh_from_db()
    assert running.ends_at == NOW + HOUR
    assert coming.ends_at == coming.starts_at


def test_what_cannot_be_undone_says_why():
    amh = a_user(Role.AMH)
    old = a_cover(a_unit(), amh, end=NOW + 80 * HOUR)
    with refused(Conflict, "too_late", saying="plus d’un jour"):
        covers.undo(cover=old, by=amh, at=NOW + 25 * HOUR)
    ended = a_cover(a_unit(), amh)
    covers.end(cover=ended, by=amh, at=NOW + HOUR)
    with refused(Conflict, "already_over", saying="22:32"):
        covers.undo(cover=ended, by=amh, at=NOW + 9 * HOUR)
    over = a_cover(a_unit(), amh, end=NOW + HOUR)
    with refused(Conflict, "already_over"):
        covers.undo(cover=over, by=amh, at=NOW + 2 * HOUR)


def test_an_end_is_not_undone_for_a_person_who_is_away_or_covers_again():
    amh, unit, other = a_user(Role.AMH), a_unit(), a_unit()
    first, second = a_cover(unit, amh), a_cover(other, amh)
    for made in (first, second):
        covers.end(cover=made, by=amh, at=NOW + HOUR)
    give(unit, amh, NOW + 2 * HOUR, NOW + 3 * HOUR, at=NOW + HOUR)
    with refused(Conflict, "covers_already", field="user"):
        covers.undo(cover=first, by=amh, at=NOW + HOUR)
    an_absence(amh, start=NOW + 4 * HOUR, end=NOW + 5 * HOUR)
    with refused(Conflict, "absent", field="user"):
        covers.undo(cover=second, by=amh, at=NOW + HOUR)


def test_a_person_on_call_for_one_unit_organises_that_unit_alone(night):
    unit, cadre = night
    give(unit, a_user(Role.AMH), by=now(cadre, NOW))
    with pytest.raises(Denied):
        give(a_unit(), a_user(Role.AMH), by=now(cadre, NOW))


@pytest.fixture
def night():
    unit, cadre = a_unit(), a_user(Role.NURSE)
    a_duty(cadre, unit)
    return unit, User.objects.get(pk=cadre.pk)
