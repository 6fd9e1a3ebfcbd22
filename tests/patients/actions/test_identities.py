import pytest

from amh.core.errors import Conflict, Denied
from amh.core.roles import Role
from patients import work
from patients.actions import identities, patients, tasks
from patients.models import Task, TaskState
from patients.rules.identities import Anomaly
from tests.expectations import nothing_written, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present

pytestmark = pytest.mark.django_db


def report(patient, by=None, anomaly=Anomaly.DUPLICATE):
    return identities.report(patient=patient, anomaly=anomaly, by=by, at=NOW)


def test_the_admissions_office_is_asked():
    bed = a_bed(a_unit())
    patient = present(bed, patient=a_patient("SECRET")).patient
    task = report(patient, a_user(Role.NURSE, bed.room.unit))
    assert (task.role, task.patient, task.state) == (Role.ADMISSIONS_OFFICE, patient, TaskState.OPEN)
    assert work.words(task) == "Anomalie d’identité signalée : deux dossiers pour une même personne"
    assert "SECRET" not in f"{task.params} {task.source_key}"


def test_the_same_anomaly_is_asked_once_and_anew_when_it_was_closed():
    patient, office = a_patient(), a_user(Role.ADMISSIONS_OFFICE)
    first = report(patient)
    assert report(patient) == first
    assert report(patient, anomaly=Anomaly.COLLISION) != first
    tasks.finish(task=first, outcome="", by=office, at=NOW)
    assert report(patient) == first
    assert Task.objects.get(pk=first.pk).state == TaskState.OPEN


def test_nobody_reports_on_a_record_that_is_closed_to_them():
    bed = a_bed(a_unit())
    patient = present(bed).patient
    with nothing_written(), refused(Denied, "exceptional_access_needed"):
        report(patient, a_user(Role.NURSE, a_unit()))
    for role in (Role.HOUSEKEEPING, Role.DPO, Role.WALL):
        with nothing_written(), pytest.raises(Denied):
            report(patient, a_user(role, bed.room.unit))


def test_a_record_that_was_withdrawn_takes_no_report():
    patient = a_patient()
    patients.withdraw(patient=patient, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "patient_withdrawn"):
        report(patient)
