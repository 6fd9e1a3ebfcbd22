from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, User
from amh.core.roles import Role
from amh.core.transactions import act
from tests.expectations import refused
from tests.factories import people, places
from tests.factories.clocks import LONG_AGO, NOW
from tests.factories.staffs import closed, now
from wards.actions import memberships
from wards.models import Membership
from wards.queries import staffs

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse():
    places.a_unit("MED")
    places.a_unit("HEM")
    return people.a_user(Role.NURSE)


def join(user, *codes, by=None, at=NOW):
    return memberships.join(user=user, codes=codes, by=by, at=at)


def test_a_person_works_in_the_units_named(nurse):
    admin = people.a_user(Role.ADMINISTRATOR)

    made = join(nurse, "MED", "HEM", "MED", by=admin, at=LONG_AGO)

    assert User.objects.get(pk=nurse.pk).posting.units == {one.unit_id for one in made}
    assert set(nurse.memberships.values_list("unit__code", flat=True)) == {"MED", "HEM"}
    lines = AuditEntry.objects.filter(action="membership.join", by=admin)
    assert {line.subject_id for line in lines} == {one.pk for one in made}
    assert all(line.params["user"] == nurse.pk for line in lines)


def test_a_unit_that_nobody_knows_makes_no_membership(nurse):
    with pytest.raises(Invalid, match="Unité inconnue : XYZ"):
        join(nurse, "MED", "XYZ")
    assert not Membership.objects.exists()


def test_a_person_joins_a_unit_once(nurse):
    join(nurse, "MED")

    with pytest.raises(Conflict, match="déjà dans cette unité"):
        join(nurse, "HEM", "MED")
    assert Membership.objects.count() == 1


def test_the_database_says_the_same_sentence(nurse):
    unit = join(nurse, "MED")[0].unit

    @act
    def without_the_rule():
        Membership.objects.create(user=nurse, unit=unit, valid_from=NOW)

    with pytest.raises(Conflict, match="déjà dans cette unité"):
        without_the_rule()


def test_only_an_administrator_says_who_works_where(nurse):
    with pytest.raises(Denied):
        join(nurse, "MED", by=nurse)


def test_a_person_who_leaves_loses_the_unit_at_that_instant(nurse):
    (made,) = join(nurse, "MED", at=LONG_AGO)

    memberships.leave(membership=made, by=people.a_user(Role.ADMINISTRATOR), at=NOW)

    instants = (NOW - timedelta(microseconds=1), NOW)
    assert [now(nurse, at).posting.units for at in instants] == [{made.unit_id}, frozenset()]
    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.params) == ("membership.leave", {"user": nurse.pk, "unit": made.unit_id})
    with refused(Conflict, "already_over"):
        memberships.leave(membership=made, by=None, at=NOW)


def test_a_person_comes_back_and_the_history_keeps_both_times(nurse):
    (first,) = join(nurse, "MED", at=LONG_AGO)
    memberships.leave(membership=first, by=None, at=NOW)
    (second,) = join(nurse, "MED", at=NOW)
    assert staffs.history(nurse) == [second, first]


def test_two_times_in_one_unit_do_not_overlap(nurse):
    (first,) = join(nurse, "MED", at=NOW)
    memberships.leave(membership=first, by=None, at=NOW + timedelta(hours=1))
    with refused(Conflict, "member", field="unit"):
        join(nurse, "MED", at=NOW)
    with refused(Conflict, "member", field="unit"):
        join(nurse, "MED", at=LONG_AGO)


def test_only_an_administrator_ends_a_membership(nurse):
    (made,) = join(nurse, "MED")
    with pytest.raises(Denied):
        memberships.leave(membership=made, by=people.a_user(Role.TEAM_LEAD), at=NOW)


def test_nobody_joins_a_unit_out_of_service_nor_by_a_closed_account(nurse):
    places.a_unit("OLD", valid_until=NOW)
    with refused(Conflict, "unit_closed", field="unit", saying="Unité OLD"):
        join(nurse, "OLD")
    closed(nurse)
    with refused(Conflict, "inactive", field="user"):
        join(nurse, "MED")
