from datetime import timedelta

import pytest

from amh.core import rules
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Permission, Role
from amh.core.transactions import act
from tests.expectations import refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.staffs import HOUR, a_duty, an_absence, closed, now
from wards.actions import duties
from wards.models import Duty, DutyKind

pytestmark = pytest.mark.django_db
AN_INSTANT = timedelta(microseconds=1)


def give(user, start=NOW, end=NOW + 12 * HOUR, *, kind=DutyKind.NIGHT_CADRE, unit=None, by=None, at=NOW):
    return duties.give(kind=kind, user=user, unit=unit, starts_at=start, ends_at=end, by=by, at=at)


@pytest.mark.parametrize("kind", DutyKind)
def test_a_duty_lends_the_rights_of_the_person_on_call_while_it_lasts(kind):
    nurse, unit = a_user(Role.NURSE), a_unit()
    start, end = NOW + HOUR, NOW + 10 * HOUR

    made = give(nurse, start, end, kind=kind, by=a_user(Role.TEAM_LEAD))

    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.subject_id) == ("duty.give", made.pk)
    assert line.params == {"user": nurse.pk, "unit": None, "kind": kind.value}
    instants = (start - AN_INSTANT, start, end - AN_INSTANT, end)
    may = [rules.may(now(nurse, at), Permission.CLOSE_BED, unit_id=unit.pk) for at in instants]
    assert may == [False, True, True, False]
    assert rules.may(now(nurse, start), Permission.SET_STAFF)


def test_a_duty_for_one_unit_lends_them_there_alone():
    nurse, unit, other = a_user(Role.NURSE), a_unit(), a_unit()
    give(nurse, kind=DutyKind.SECTOR_NURSE, unit=unit)
    assert rules.may(now(nurse, NOW), Permission.CLOSE_BED, unit_id=unit.pk)
    assert not rules.may(now(nurse, NOW), Permission.CLOSE_BED, unit_id=other.pk)
    assert not rules.may(now(nurse, NOW), Permission.CLOSE_BED)


@pytest.mark.parametrize("role", [Role.AMH, Role.NURSE, Role.PHYSICIAN, Role.DPO])
def test_duties_are_given_by_those_who_organise(role):
    made, other = a_duty(), a_user(role)
    for denied in (
        lambda: give(other, by=other),
        lambda: duties.end(duty=made, by=other, at=NOW),
        lambda: duties.undo(duty=made, by=other, at=NOW),
    ):
        with pytest.raises(Denied):
            denied()


def test_a_person_on_call_for_one_unit_gives_none_for_the_hospital():
    unit, cadre = a_unit(), a_user(Role.NURSE)
    give(cadre, unit=unit)
    with pytest.raises(Denied):
        give(a_user(Role.NURSE), by=now(cadre, NOW))
    give(a_user(Role.NURSE), unit=unit, by=now(cadre, NOW))


@pytest.mark.parametrize(
    ("start", "end", "code", "field"),
    [
        (NOW + HOUR, NOW + HOUR, "end_before_start", "ends_at"),
        (NOW + 2 * HOUR, NOW + HOUR, "end_before_start", "ends_at"),
        (NOW - 2 * HOUR, NOW - HOUR, "in_the_past", "ends_at"),
        (NOW, NOW + timedelta(days=31, seconds=1), "too_long", "ends_at"),
        (NOW.replace(year=2300), NOW.replace(year=2300) + HOUR, "too_far", "starts_at"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(start, end, code, field):
    with refused(Invalid, code, field=field):
        give(a_user(Role.NURSE), start, end)


def test_the_night_in_which_the_clock_goes_back_is_an_hour_longer():
    made = give(
        a_user(Role.NURSE),
        paris("2026-10-24 20:00"),
        paris("2026-10-25 08:00"),
        at=paris("2026-10-24 12:00"),
    )
    made.refresh_from_db()
    assert made.ends_at - made.starts_at == 13 * HOUR


@pytest.mark.parametrize("role", [Role.WALL, Role.INTERFACE])
def test_a_machine_is_never_on_call(role):
    with refused(Conflict, "not_a_person", field="user"):
        give(a_user(role))


def test_a_leaver_is_not_on_call_and_loses_what_they_had():
    nurse, unit = a_user(Role.NURSE), a_unit()
    give(nurse)
    closed(nurse)
    assert not rules.may(now(nurse, NOW), Permission.CLOSE_BED, unit_id=unit.pk)
    with refused(Conflict, "inactive", field="user"):
        give(nurse, NOW + 13 * HOUR, NOW + 14 * HOUR)


def test_a_unit_out_of_service_has_nobody_on_call():
    with refused(Conflict, "unit_closed", field="unit"):
        give(a_user(Role.NURSE), unit=a_unit(valid_until=NOW))


def test_a_person_who_is_away_is_not_on_call():
    nurse = a_user(Role.NURSE)
    an_absence(nurse, start=NOW + 2 * HOUR)
    with refused(Conflict, "absent", field="user"):
        give(nurse)


def test_the_same_duty_is_given_once():
    nurse, unit = a_user(Role.NURSE), a_unit()
    give(nurse)
    with refused(Conflict, "on_duty_already", field="user", saying="cadre de nuit"):
        give(nurse, NOW + HOUR, NOW + 20 * HOUR)
    give(nurse, kind=DutyKind.SECTOR_NURSE)
    give(nurse, unit=unit)
    give(a_user(Role.NURSE))

    @act
    def without_the_rule():
        Duty.objects.create(
            kind=DutyKind.NIGHT_CADRE, user=nurse, starts_at=NOW, ends_at=NOW + HOUR, entered_at=NOW, entered_by=None
        )

    with refused(Conflict, "duty_once", saying="déjà cette garde"):
        without_the_rule()


def test_a_duty_ends_early_and_its_rights_with_it():
    nurse, unit = a_user(Role.NURSE), a_unit()
    made, end = a_duty(nurse), NOW + HOUR
    duties.end(duty=made, by=None, at=end)
    may = [rules.may(now(nurse, at), Permission.CLOSE_BED, unit_id=unit.pk) for at in (end - AN_INSTANT, end)]
    assert may == [True, False]
    with refused(Conflict, "already_over"):
        duties.end(duty=made, by=None, at=end)


def test_the_end_and_the_gift_of_a_duty_are_undone():
    made = a_duty()
    duties.end(duty=made, by=None, at=NOW + HOUR)
    duties.undo(duty=made, by=None, at=NOW + 2 * HOUR)
    made.refresh_from_db()
    assert made.ends_at == NOW + 8 * HOUR
    with refused(Conflict, "already_cancelled"):
        duties.undo(duty=made, by=None, at=NOW + 2 * HOUR)

    coming = a_duty(start=NOW + HOUR)
    duties.undo(duty=coming, by=None, at=NOW)
    coming.refresh_from_db()
    assert coming.ends_at == coming.starts_at


def test_an_end_is_not_undone_for_a_person_who_has_it_again():
    nurse = a_user(Role.NURSE)
    made = a_duty(nurse)
    duties.end(duty=made, by=None, at=NOW + HOUR)
    a_duty(nurse, start=NOW + 2 * HOUR, at=NOW + HOUR)
    with refused(Conflict, "on_duty_already", field="user"):
        duties.undo(duty=made, by=None, at=NOW + HOUR)
