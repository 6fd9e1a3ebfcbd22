from datetime import timedelta

import pytest
from django.db import InternalError, transaction

from amh.core.errors import Conflict
from amh.core.models import AuditEntry
from amh.core.roles import Role
from tests.expectations import nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_unit
from tests.factories.staffs import HOUR, a_duty, now
from wards.actions import confirmations
from wards.models import Confirmation

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)


def confirm(unit, by=None, *, doubts=0, at=NOW):
    return confirmations.confirm(unit=unit, doubts=doubts, by=by or a_user(Role.AMH, unit), at=at)


def test_a_unit_confirms_its_board_and_its_head_is_shown_anew():
    unit = a_unit()
    amh = a_user(Role.AMH, unit)

    with recorded("unit.confirm", units=(unit,)):
        made = confirm(unit, amh, doubts=3)

    assert (made.unit, made.confirmed_at, made.confirmed_by, made.doubts) == (unit, NOW, amh, 3)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.subject_id, entry.by, entry.params) == (unit.pk, amh, {"confirmation": made.pk, "doubts": 3})


def test_the_amh_and_the_nurse_of_the_unit_may_and_those_who_answer_for_every_bed():
    unit = a_unit()
    everywhere = {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}

    assert who_may(lambda by: confirm(unit, by), unit) == everywhere | {Role.AMH, Role.NURSE}
    assert who_may(lambda by: confirm(unit, by), a_unit()) == everywhere


def test_a_duty_lends_the_right_while_it_lasts():
    unit = a_unit()
    physician = a_user(Role.PHYSICIAN)
    a_duty(physician)

    assert confirm(unit, now(physician, NOW)).confirmed_by == physician


@pytest.mark.parametrize(
    ("later", "doubts", "count"),
    [
        (timedelta(), 1, 1),
        (2 * A_MINUTE - timedelta(seconds=1), 1, 1),
        (2 * A_MINUTE, 1, 2),
        (A_MINUTE, 0, 2),
        (A_MINUTE, 2, 2),
    ],
)
def test_pressed_twice_within_two_minutes_it_is_one_unless_the_doubts_are_others(later, doubts, count):
    unit = a_unit()
    first = confirm(unit, doubts=1)

    second = confirm(unit, doubts=doubts, at=NOW + later)

    assert Confirmation.objects.count() == count
    assert (second == first) is (count == 1)


def test_the_same_one_leaves_no_second_trace():
    unit = a_unit()
    confirm(unit)
    colleague = a_user(Role.NURSE, unit)
    with nothing_written():
        confirm(unit, colleague, at=NOW + A_MINUTE)


def test_each_unit_confirms_for_itself():
    first, second = a_unit(), a_unit()
    confirm(first)
    confirm(second)
    assert Confirmation.objects.filter(unit=second).count() == 1


def test_a_unit_out_of_service_has_nothing_to_confirm():
    unit = a_unit(valid_until=NOW - HOUR, name="Ancienne")
    with nothing_written(), refused(Conflict, "out_of_service", saying="« Ancienne » n’est pas en service"):
        confirm(unit, a_user(Role.BED_MANAGER))


def test_what_was_said_is_never_changed():
    made = confirm(a_unit())
    with pytest.raises(InternalError), transaction.atomic():
        Confirmation.objects.filter(pk=made.pk).update(doubts=0)
    with pytest.raises(InternalError), transaction.atomic():
        Confirmation.objects.filter(pk=made.pk).delete()
