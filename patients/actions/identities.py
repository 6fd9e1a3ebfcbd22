"""What the ward says of an identity that looks wrong: the admissions office settles it (ID-10)."""

from datetime import datetime

from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from patients.actions import tasks
from patients.models import Patient, Task
from patients.queries import locks
from patients.rules import identities, records


@act
def report(*, patient: Patient, anomaly: identities.Anomaly, by: User | None, at: datetime) -> Task:
    """Ask the admissions office to check an identity. One that is being checked for the same is asked for once.

    Raises ``Denied`` unless the record is open to ``by``, ``Conflict`` when it was withdrawn.
    """
    patient = locks.patient(patient.pk)
    records.check_complete(patient, by=by, at=at, permission=Permission.VIEW_PATIENT)
    return tasks.ask(
        kind="identity_anomaly",
        patient=patient,
        params={"anomaly": anomaly.value},
        source_key=f"identity_anomaly:{patient.pk}:{anomaly.value}",
        again=True,
        by=by,
        at=at,
    )
