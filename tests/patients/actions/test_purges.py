import pytest
from django.db import connection

from amh.core.errors import Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.interop.models import InboundMessage
from patients import purges as places
from patients.actions import merges, patients, purges
from patients.models import IdentityStatus, Patient, PatientIdentifier
from tests.expectations import nothing_written, refused, who_may
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user

pytestmark = pytest.mark.django_db
INS = "260058815400233"
NIR = "1.2.250.1.213.1.4.8"


def bearing(value=INS, **traits):
    patient = a_patient(**{"ins_retrieved": True, "identity_checked": True} | traits)
    patients.identify(patient, [("INS", NIR, value), ("IPP", "CHU", value[::-1])], at=NOW)
    return patient


def purge(**said):
    return purges.purge_ins(**{"by": None, "at": NOW} | said)


def status(patient):
    return Patient.objects.get(pk=patient.pk).identity_status


@pytest.mark.parametrize(("checked", "after"), [(True, IdentityStatus.VALIDATED), (False, IdentityStatus.PROVISIONAL)])
def test_the_number_goes_and_the_person_stays(checked, after):
    patient = bearing(identity_checked=checked)
    assert purge(patient=patient) == 1
    assert [one.type for one in patient.identifiers.all()] == ["IPP"]
    assert status(patient) == after


def test_one_number_is_forgotten_whoever_bears_it():
    first, second = bearing(), bearing("279035121518989")
    assert purge(value=f" {INS} ") == 1
    assert (status(first), status(second)) == (IdentityStatus.VALIDATED, IdentityStatus.QUALIFIED)
    assert PatientIdentifier.objects.filter(type="INS").get().patient == second


def test_the_numbers_that_came_with_a_merge_go_too():
    survivor, merged = bearing(), bearing("279035121518989")
    merges.merge(survivor=survivor, merged=merged, reason="", by=None, at=NOW)
    assert purge(patient=merged) == 2
    assert not PatientIdentifier.objects.filter(type="INS").exists()


def test_a_purge_is_audited_without_the_number():
    patient = bearing()
    purge(patient=patient, by=a_user(Role.ADMISSIONS_OFFICE))
    line = AuditEntry.objects.latest("pk")
    assert (line.action, line.patient_id, line.params["numbers"]) == ("patient.purge_ins", patient.pk, 1)
    assert INS not in str(line.params)


def test_no_table_holds_the_number_any_more():
    patient = bearing()
    purge(patient=patient)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{INS[:13]}%"])  # noqa: S608 - our tables
            assert cursor.fetchone() == (0,), table


def test_nothing_to_forget_changes_nothing_but_says_that_it_was_asked():
    patient = a_patient()
    assert purge(patient=patient) == 0
    assert purge(value=INS) == 0
    assert status(patient) == IdentityStatus.PROVISIONAL


def test_neither_whose_nor_which():
    with nothing_written(), refused(Invalid, "required", field="value"):
        purge(value=" ")


def test_every_place_that_copied_it_is_asked_in_the_same_transaction():
    seen = []
    places.register("test", lambda value, *, at: seen.append((value, at)) or 3)
    try:
        assert places.forget(INS, at=NOW)["test"] == 3
    finally:
        places._places.pop("test")
    assert seen == [(INS, NOW)]


def test_who_may_forget_an_ins():
    patient = bearing()
    assert who_may(lambda by: purge(patient=patient, by=by)) == {Role.ADMISSIONS_OFFICE}
    assert status(patient) == IdentityStatus.QUALIFIED


def test_no_message_is_touched_that_does_not_hold_it():
    assert InboundMessage.objects.count() == 0
    assert places.forget(INS, at=NOW) == {"inbound messages": 0, "outbound messages": 0}
