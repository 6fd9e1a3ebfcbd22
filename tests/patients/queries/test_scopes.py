"""Whose records a unit opens: of those whom it expects or has, and for a time of those who have left (SEC-1)."""

from datetime import timedelta

import pytest

from amh.core.actions import parameters
from amh.core.models import User
from amh.core.roles import Role
from patients.actions import accesses, preadmissions, stays
from patients.models import AccessReason, NoArrival, Patient
from patients.queries import scopes
from patients.queries.accesses import grounds
from patients.rules.accesses import opens
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, present

pytestmark = pytest.mark.django_db
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
YEAR = 365 * A_DAY


@pytest.fixture
def unit():
    return a_unit()


@pytest.fixture
def nurse(unit):
    return a_user(Role.NURSE, unit)


def left(unit, *, ago, patient=None):
    """A stay in the unit that ended so long ago."""
    stay = present(a_bed(unit), patient=patient, at=NOW - ago - AN_HOUR)
    stays.discharge(stay=stay, by=None, at=NOW - ago)
    return fresh(stay)


def readable(who, at=NOW):
    return set(scopes.stays(to=who, at=at))


def test_a_record_closes_to_its_unit_a_year_after_the_stay(unit, nurse):
    recent, old = left(unit, ago=YEAR - A_DAY), left(unit, ago=YEAR + A_DAY)
    assert readable(nurse) == {recent}
    assert set(scopes.patients(to=nurse, at=NOW)) == set(scopes.records(to=nurse, at=NOW)) == {recent.patient}
    assert (opens(recent.patient, to=nurse, at=NOW), opens(old.patient, to=nurse, at=NOW)) == (True, False)
    assert readable(a_user(Role.TEAM_LEAD)) == {recent, old}


def test_the_site_says_how_long(unit, nurse):
    stay = left(unit, ago=30 * A_DAY)
    for days, found in ((31, {stay}), (30, set()), (0, set())):
        parameters.change(key="record_open_days", value=days, by=None, at=NOW)
        assert readable(nurse) == found


def test_whom_the_unit_expects_or_has_stays_open_however_long_it_lasts(unit, nurse):
    here = present(a_bed(unit), at=NOW - 3 * YEAR)
    awaited = expected(unit, patient=a_patient("Robert"), at=NOW - 2 * YEAR)
    assert readable(nurse) == {here, awaited}


def test_a_unit_where_the_patient_was_before_has_the_same_time(unit, nurse):
    stay = present(a_bed(unit), at=NOW - YEAR - 9 * A_DAY)
    stays.move(stay=stay, to=a_bed(a_unit()), by=None, at=NOW - YEAR - 8 * A_DAY)
    assert readable(nurse) == {stay}
    stays.discharge(stay=stay, by=None, at=NOW - A_DAY)
    assert readable(nurse) == {stay}
    assert readable(nurse, at=NOW + YEAR) == set()


def test_a_stay_that_was_called_off_counts_from_the_day_on_which_it_was_expected(unit, nurse):
    stay = expected(unit, at=NOW - A_DAY)
    preadmissions.cancel(stay=stay, reason=NoArrival.POSTPONED, by=None, at=NOW)
    assert readable(nurse) == {stay}
    assert readable(nurse, at=NOW + YEAR) == set()


def test_a_new_stay_opens_the_whole_record_again(unit, nurse):
    patient = a_patient("Durand")
    left(unit, ago=3 * YEAR, patient=patient)
    assert not opens(patient, to=nurse, at=NOW)
    expected(unit, patient=patient)
    assert opens(patient, to=nurse, at=NOW)


def test_what_closed_opens_exceptionally_and_is_traced_so(unit, nurse):
    stay = left(unit, ago=2 * YEAR)
    said = {"reason": AccessReason.CALL, "explanation": "Le patient a rappelé"}
    access = accesses.open_exceptionally(patient=stay.patient, **said, by=nurse, at=NOW)
    assert grounds(stay.patient_id, by=nurse, at=NOW) == {"ground": "exception", "exceptional_access_id": access.pk}
    assert grounds(stay.patient_id, by=a_user(Role.TEAM_LEAD), at=NOW) == {"ground": "hospital", "unit_id": unit.pk}


def test_those_who_register_do_not_find_it_as_one_without_a_stay(unit):
    stay = left(unit, ago=2 * YEAR)
    amh = a_user(Role.AMH, unit)
    assert not scopes.patients(to=amh, at=NOW).filter(pk=stay.patient_id).exists()


def test_as_many_queries_for_thirty_as_for_one(unit, nurse):
    told = []
    for number in (1, 30):
        for _ in range(number):
            left(unit, ago=YEAR / 2)
        reader = User.objects.get(pk=nurse.pk)
        with counted(told):
            assert len(Patient.objects.filter(pk__in=scopes.records(to=reader, at=NOW).values("pk"))) >= number
    assert told[0] == told[1]
