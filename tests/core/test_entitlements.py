"""What gives people rights beside their role: read for many in one statement, and anew for each page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amh.core import entitlements
from amh.core.entitlements import Entitlements, Posting
from amh.core.models import User
from amh.core.roles import Role
from patients.actions import accesses
from patients.models import AccessReason, ExceptionalAccess
from tests.factories.clocks import NOW
from tests.factories.logins import a_login, browser_of
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.staffs import a_cover, a_duty
from wards.models import Cover, Duty, Membership

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def an_access(user: User) -> int:
    """The id of a patient whose record the person opens by an exceptional access."""
    patient = present(a_bed(a_unit()), patient=a_patient()).patient
    said = {"reason": AccessReason.ADVICE, "explanation": "Appelée par l’équipe de nuit"}
    accesses.open_exceptionally(patient=patient, **said, by=user, at=NOW)
    return patient.pk


def test_whoever_has_nothing_has_nothing():
    user = a_user(Role.NURSE)
    assert entitlements.held([user.pk, 0], at=NOW) == {user.pk: Entitlements(), 0: Entitlements()}


def test_each_has_what_is_theirs():
    own, covered, on_call = a_unit(), a_unit(), a_unit()
    nurse, other = a_user(Role.NURSE, own), a_user(Role.NURSE, covered)
    a_cover(covered, nurse)
    a_duty(nurse, on_call)
    patient_id = an_access(nurse)
    found = entitlements.held([nurse.pk, other.pk], at=NOW)
    duties = frozenset({(Role.ON_CALL.value, on_call.pk)})
    assert found[nurse.pk] == Entitlements(Posting(frozenset({own.pk, covered.pk}), duties), frozenset({patient_id}))
    assert found[other.pk] == Entitlements(Posting(frozenset({covered.pk})))


def test_a_duty_for_the_whole_hospital_names_no_unit():
    user = a_duty().user
    assert entitlements.held([user.pk], at=NOW)[user.pk].posting == Posting(duties=frozenset({("on_call", None)}))


GIVEN = {Cover: lambda user: a_cover(a_unit(), user), Duty: a_duty, ExceptionalAccess: an_access}


@pytest.mark.parametrize("kind", GIVEN)
def test_what_is_given_for_a_time_holds_from_its_first_instant_to_its_last_that_one_excluded(kind):
    user = a_user(Role.NURSE, a_unit())
    before = entitlements.held([user.pk], at=NOW)[user.pk]
    GIVEN[kind](user)
    row = kind.objects.get()
    within = [row.starts_at, row.ends_at - timedelta(seconds=1)]
    without = [row.starts_at - timedelta(seconds=1), row.ends_at]
    assert all(entitlements.held([user.pk], at=at)[user.pk] != before for at in within)
    assert all(entitlements.held([user.pk], at=at)[user.pk] == before for at in without)


def test_one_statement_for_one_and_for_thirty(django_assert_num_queries):
    users = [a_user(Role.NURSE, a_unit()) for _ in range(30)]
    for people in (users[:1], users):
        with django_assert_num_queries(1):
            entitlements.fill(people, at=NOW)
        assert all(len(user.posting.units) == 1 and user.exceptions == frozenset() for user in people)


def test_units_and_exceptions_of_one_person_are_one_statement(django_assert_num_queries):
    user = User.objects.get(pk=a_user(Role.NURSE, a_unit()).pk)
    with django_assert_num_queries(1):
        assert user.posting.units
        assert not user.exceptions


@pytest.mark.parametrize("role", [Role.BED_MANAGER, Role.AMH, Role.NURSE, Role.ON_CALL, Role.PHYSICIAN, Role.WALL])
def test_a_page_reads_them_once_whatever_the_role(role):
    client = browser_of(a_login(role, a_unit()))
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/lits/?mode=mural").status_code == 200
    assert sum("EXECUTE entitlements" in one["sql"] for one in captured) == 1


def test_what_was_withdrawn_does_not_last_until_the_next_page():
    unit = a_unit()
    nurse = a_login(Role.NURSE, unit)
    client = browser_of(nurse)
    assert client.get("/lits/").context["my_units"] == [unit.name]
    Membership.objects.filter(user=nurse).delete()
    assert client.get("/lits/").context["my_units"] == []
