from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core import audit
from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import stays
from patients.models import StayKind
from tests.core.api import world
from tests.expectations import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay():
    """A stay brought in by the acts themselves, which leave their lines."""
    bed, at = world.bed(world.unit()), timezone.now() - timedelta(hours=1)
    stay = stays.preadmit(
        patient=world.patient(), unit=bed.room.unit, expected_at=at, kind=StayKind.INPATIENT, by=None, at=at
    )
    stays.admit(stay=stay, unit=bed.room.unit, bed=bed, by=None, at=at)
    return stay


@pytest.fixture
def officer():
    return world.program(Role.DPO)


def results(answer):
    assert answer.status_code == 200
    return answer.json()["results"]


@pytest.mark.parametrize("resource", ["traces", "audit"])
def test_nobody_writes_it(officer, resource):
    assert officer.post(f"{resource}/", {}).status_code == 405


def test_a_reading_says_who_what_and_by_what_right(stay, officer):
    nurse = world.program(Role.NURSE, stay.unit)
    nurse.get(f"stays/{stay.pk}/")
    (row,) = results(officer.get("traces/", patient=stay.patient_id))
    assert (row["by"], row["role"], row["page"], row["kind"]) == (nurse.user.pk, "nurse", "api.stays.retrieve", "open")
    assert (row["patient"], row["stay"], row["unit"], row["ground"]) == (stay.patient_id, stay.pk, stay.unit_id, "unit")
    assert (row["exceptional_access"], row["ip"]) == (None, "127.0.0.1")
    assert officer.get(f"traces/{row['id']}/").json() == row


def test_readings_are_filtered(stay, officer):
    nurse = world.program(Role.NURSE, stay.unit)
    nurse.get(f"patients/{stay.patient_id}/")
    for filters in (
        {"by": nurse.user.pk},
        {"role": "nurse"},
        {"unit": stay.unit_id},
        {"kind": "open", "role": "nurse"},
        {"page_code": "api.patients.retrieve"},
        {"exceptional": "false", "role": "nurse"},
        {"after": (timezone.now() - timedelta(hours=1)).isoformat(), "role": "nurse"},
    ):
        assert [row["by"] for row in results(officer.get("traces/", **filters))] == [nurse.user.pk], filters
    for filters in ({"exceptional": "true"}, {"role": "physician"}, {"patient": 999_999}, {"unit": 999_999}):
        assert results(officer.get("traces/", **filters)) == [], filters
    assert officer.get("traces/", role="king").status_code == 400
    assert officer.get("traces/", name="durand").status_code == 400


def test_a_merged_record_is_meant_with_the_one_that_goes_on(stay, officer):
    other = world.patient()
    audit.trace("patient", by=officer.user, at=timezone.now(), ip=None, patient_id=other.pk)
    audit.record("patient.correct", subject=other, by=None, at=timezone.now(), patient_id=other.pk)
    other.merged_into = stay.patient
    other.save()
    assert len(results(officer.get("traces/", patient=stay.patient_id))) == 1
    acts = results(officer.get("audit/", patient=stay.patient_id))
    assert "patient.correct" in {row["action"] for row in acts}


def test_acts_are_codes_and_ids(stay, officer):
    rows = results(officer.get("audit/", subject_type="patients.stay", subject_id=stay.pk))
    assert {row["action"] for row in rows} == {"stay.preadmit", "stay.admit"}
    assert {row["patient"] for row in rows} == {stay.patient_id}
    assert {row["by"] for row in rows} == {None}
    (one,) = results(officer.get("audit/", action="stay.admit"))
    assert officer.get(f"audit/{one['id']}/").json() == one


def test_reading_either_is_itself_traced(stay, officer):
    officer.get("audit/", patient=stay.patient_id)
    officer.get("traces/")
    found = [(one.page, one.by, one.params) for one in AccessTrace.objects.order_by("pk")]
    assert found == [
        ("api.audit.list", officer.user, {"filters": ["patient"]}),
        ("api.traces.list", officer.user, {"filters": []}),
    ]


@pytest.mark.parametrize("resource", ["traces", "audit"])
def test_a_list_costs_the_same_for_one_and_for_thirty(stay, officer, resource):
    queries = []
    write(stay, officer.user)
    officer.get(f"{resource}/")
    for number in (0, 30):
        for _ in range(number):
            write(stay, officer.user)
        with counted(queries):
            officer.get(f"{resource}/")
    assert queries[0] == queries[1]


def write(stay, by):
    audit.trace("patient", by=by, at=timezone.now(), ip=None, patient_id=stay.patient_id, stay_id=stay.pk)
    audit.record("patient.correct", subject=stay, by=by, at=timezone.now(), patient_id=stay.patient_id)
