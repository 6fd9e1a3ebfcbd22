"""What a patient answered. Answers add up and are never changed: the newest on a subject holds."""

from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients.actions import records
from patients.models import Consent, ConsentAnswer, ConsentSubject, Patient, Source, Stay
from patients.queries import consents
from patients.rules import consents as rules


@act
def note(
    *,
    patient: Patient,
    subject: ConsentSubject,
    answer: ConsentAnswer,
    source: Source,
    given_at: datetime,
    by: User | None,
    at: datetime,
    stay: Stay | None = None,
    remark: str = "",
) -> Consent:
    """Note an answer given at ``given_at``; the very answer that holds already, from the same moment, is noted once.

    Raises ``Invalid`` (an answer that does not go with the subject, a moment that cannot be), ``Denied``.
    """
    patient = records.locked(patient.pk, by=by, at=at)
    rules.check(patient, subject=subject, answer=answer, stay=stay, given_at=given_at, now=at)
    said = {"stay": stay, "subject": subject, "answer": answer, "source": source, "given_at": given_at, "note": remark}
    same = consents.noted(patient, **said)
    if same is not None:
        return same
    consent = Consent.objects.create(patient=patient, entered_at=at, entered_by=by, **said)
    facts = {"consent_subject": subject, "answer": answer, "source": source}
    audit.record("consent.note", subject=consent, by=by, at=at, patient_id=patient.pk, **facts)
    return consent
