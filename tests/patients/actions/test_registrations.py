from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from patients.actions import registrations
from patients.models import Patient
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_unit

pytestmark = pytest.mark.django_db
ANNE = {"birth_name": "Lefèvre", "first_names": "Anne", "birth_date": "1961-07-01", "sex": "F"}


def register(others=(), by=None, **traits):
    return registrations.register(traits=ANNE | traits, others=others, by=by, at=NOW)


def test_a_person_whom_nobody_resembles_is_registered():
    with recorded("patient.register"):
        patient = register(by=a_user(Role.AMH, a_unit()), mobile="+33612345678")
    assert (patient.birth_name, patient.birth_date, patient.mobile) == ("Lefèvre", "1961-07-01", "+33612345678")


def test_a_second_click_finds_what_the_first_one_made():
    register()
    with nothing_written(), refused(Conflict, "possible_duplicate"):
        register()
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    "known",
    [
        {"birth_name": "LEFEVRE", "first_names": "Anne-Marie", "birth_date": "1961-07-01"},
        {"birth_name": "LEFEBVRE", "first_names": "Jeanne", "birth_date": "1961-07-01"},
        {"birth_name": "DUPONT", "used_name": "Lefèvre", "birth_date": "1961-07"},
        {"birth_name": "Lefevre", "first_names": "ANNE", "birth_date": "1970-01-01"},
        {"birth_name": "Lefèvre", "first_names": "Anne", "birth_date": ""},
    ],
    ids=["accents", "three letters", "used name, month alone", "same names", "same names, no date"],
)
def test_somebody_alike_is_looked_at_first(known):
    other = a_patient(**known)
    with nothing_written(), refused(Conflict, "possible_duplicate"):
        register()
    assert register(others=[other.pk]).pk != other.pk


@pytest.mark.parametrize("written", ["OBRIEN YVES", "O BRIEN YVES", "o’brien–yves", "Ô'Brïen"])
def test_apostrophes_hyphens_and_spaces_make_nobody_else(written):
    a_patient(birth_name="O'Brien-Ÿves", first_names="Zoé Anne", birth_date="1961-07-01")
    with nothing_written(), refused(Conflict, "possible_duplicate"):
        register(birth_name=written, first_names="Zoe")


@pytest.mark.parametrize(
    "known",
    [{"birth_name": "MARTIN", "birth_date": "1961-07-01"}, {"birth_name": "LEFEVRE", "birth_date": "1962"}],
)
def test_another_name_or_another_day_is_somebody_else(known):
    a_patient(first_names="Paul", **known)
    assert register().pk


@pytest.mark.django_db(transaction=True)
def test_two_desks_register_the_same_person_once():
    def desk(_number):
        try:
            register()
        except Conflict as refusal:
            return refusal.code
        finally:
            connection.close()
        return "registered"

    with ThreadPoolExecutor(4) as desks:
        outcomes = sorted(desks.map(desk, range(4)))
    assert outcomes == ["possible_duplicate"] * 3 + ["registered"]
    assert Patient.objects.count() == 1


def test_those_who_came_since_are_looked_at_too():
    first = a_patient(**ANNE)
    second = a_patient(**ANNE | {"first_names": "Annie"})
    with refused(Conflict, "possible_duplicate"):
        register(others=[first.pk])
    assert register(others=[first.pk, second.pk]).pk


def test_a_protected_person_stays_unknown():
    a_patient(**ANNE, protected=True)
    assert register().pk


def test_traits_that_cannot_be_are_refused():
    with refused(Invalid, "in_the_future", field="birth_date"):
        register(birth_date="2027-01-01")


def test_only_those_who_register_do():
    for role in (Role.NURSE, Role.PHYSICIAN, Role.DISPATCH_DESK):
        with nothing_written(), refused(Denied, "denied"):
            register(by=a_user(role, a_unit()))
