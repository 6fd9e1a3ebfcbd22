"""Open a record exceptionally, end it, review it: each traced, and told at once to those in charge (SEC-3)."""

from datetime import datetime, timedelta

from amh.core import audit, entitlements, parameters
from amh.core.deliveries import queue
from amh.core.models import User
from amh.core.transactions import act
from patients.models import AccessNotice, ExceptionalAccess, Patient, ReviewOutcome
from patients.queries import accesses, locks
from patients.rules import accesses as rules

HOURS = "exceptional_access_hours"


@act
def open_exceptionally(*, patient: Patient, reason: str, explanation: str, by: User, at: datetime) -> ExceptionalAccess:
    """Let ``by`` open the record for some hours, and tell those in charge of data protection.

    Asked again while one runs, it is the same one. Raises ``Denied``, ``Invalid`` beside ``reason`` or
    ``explanation``, ``Conflict`` when the record is open to ``by`` anyway.
    """
    patient, explanation = locks.patient(patient.pk), " ".join(explanation.split())
    rules.check_ask(patient, reason=reason, explanation=explanation, by=by, at=at)
    known = accesses.running(patient, user_id=by.pk, at=at)
    if known is not None:
        return known
    access = ExceptionalAccess.objects.create(
        user=by,
        patient=patient,
        reason=reason,
        explanation=explanation,
        starts_at=at,
        ends_at=at + timedelta(hours=parameters.value(HOURS)),
    )
    audit.record("access.open", subject=access, by=by, at=at, patient_id=patient.pk, reason=reason)
    queue.enter(AccessNotice, key=f"access-notice:{access.pk}", due_at=at, access=access)
    entitlements.fill([by], at=at)
    return access


@act
def end(*, access: ExceptionalAccess, by: User, at: datetime) -> ExceptionalAccess:
    """Give the access back before its time. Raises ``Denied`` for another person's, ``Conflict`` once it has ended."""
    access = _lock(access)
    rules.check_end(access, by=by, at=at)
    _stop(access, at=at)
    audit.record("access.end", subject=access, by=by, at=at, patient_id=access.patient_id)
    entitlements.fill([by], at=at)
    return access


@act
def review(*, access: ExceptionalAccess, outcome: str, note: str, by: User, at: datetime) -> ExceptionalAccess:
    """Say what was found; an access that is not justified ends at once.

    Raises ``Denied`` for one's own, ``Conflict`` when somebody has reviewed it, ``Invalid`` beside ``outcome`` or
    ``note``.
    """
    access, note = _lock(access), " ".join(note.split())
    rules.check_review(access, outcome=outcome, note=note, by=by, at=at)
    access.outcome, access.review_note, access.reviewed_by, access.reviewed_at = outcome, note, by, at
    access.save(update_fields=["outcome", "review_note", "reviewed_by", "reviewed_at"])
    if outcome == ReviewOutcome.UNJUSTIFIED and access.ends_at > at:
        _stop(access, at=at)
    audit.record("access.review", subject=access, by=by, at=at, patient_id=access.patient_id, outcome=outcome)
    return access


def _lock(access: ExceptionalAccess) -> ExceptionalAccess:
    # Alone: what is joined to a row that had to be waited for is still as it was before the wait.
    return ExceptionalAccess.objects.select_for_update().get(pk=access.pk)


def _stop(access: ExceptionalAccess, *, at: datetime) -> None:
    """End it at ``at``, or a moment after it began: the database knows no access without a length."""
    access.ends_at = max(at, access.starts_at + timedelta(milliseconds=1))
    access.save(update_fields=["ends_at"])
