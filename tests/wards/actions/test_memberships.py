import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import AuditEntry, User
from amh.core.roles import Role
from amh.core.transactions import act
from tests.factories import people, places
from tests.factories.clocks import LONG_AGO, NOW
from wards.actions import memberships
from wards.models import Membership

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
