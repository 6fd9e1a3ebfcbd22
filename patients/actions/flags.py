"""Signalements: what must be known of a person before acting."""

from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.actions import records
from patients.models import Flag, FlagKind, Patient
from patients.queries import patients
from patients.rules import flags as rules


@act
def raise_(
    *,
    patient: Patient,
    kind: FlagKind,
    by: User | None,
    at: datetime,
    detail: str = "",
    to_tell: str = "",
    starts_at: datetime | None = None,
) -> Flag:
    """Signal something, from ``starts_at`` (now) until it is lifted.

    Raises ``Invalid`` for what its nature needs and lacks, ``Conflict`` when it stands already, ``Denied``.
    """
    patient = records.locked(patient.pk, by=by, at=at)
    starts_at = starts_at or at
    rules.check(patient, kind=kind, detail=detail, to_tell=to_tell, starts_at=starts_at, now=at)
    rules.check_new(patient, kind)
    flag = Flag(patient=patient, kind=kind, starts_at=starts_at, entered_at=at, entered_by=by)
    flag.detail, flag.to_tell = detail.strip(), to_tell.strip()
    flag.save()
    _say("raise", flag, by=by, at=at, kind=kind)
    return flag


@act
def change(*, flag: Flag, detail: str, to_tell: str, by: User | None, at: datetime) -> None:
    """Say anew what goes with a signalement. Raises ``Invalid``, ``Conflict`` (lifted) or ``Denied``."""
    flag = records.row_locked(flag, by=by, at=at)
    rules.check_standing(flag)
    rules.check(flag.patient, kind=flag.kind, detail=detail, to_tell=to_tell, starts_at=flag.starts_at, now=at)
    if (flag.detail, flag.to_tell) != (detail.strip(), to_tell.strip()):
        flag.detail, flag.to_tell = detail.strip(), to_tell.strip()
        flag.save(update_fields=["detail", "to_tell"])
        _say("change", flag, by=by, at=at)


@act
def lift(*, flag: Flag, by: User | None, at: datetime) -> None:
    """Say that it holds no more from now on; twice is once. Raises ``Denied``."""
    _end(flag, "lift", by=by, at=at)


@act
def withdraw(*, flag: Flag, by: User | None, at: datetime) -> None:
    """Take back one that was signalled by mistake: it never held. Raises ``Denied``."""
    _end(flag, "withdraw", by=by, at=at)


@act
def restore(*, flag: Flag, by: User | None, at: datetime) -> None:
    """Undo a lifting or a withdrawal. Raises ``Conflict`` (signalled again since, lifted long ago) or ``Denied``."""
    flag = records.row_locked(flag, by=by, at=at)
    if flag.ends_at is not None:
        rules.check_restore(flag, now=at)
        rules.check_new(flag.patient, flag.kind)
        flag.ends_at = None
        flag.save(update_fields=["ends_at"])
        _say("restore", flag, by=by, at=at)


def _end(flag: Flag, verb: str, *, by: User | None, at: datetime) -> None:
    flag = records.row_locked(flag, by=by, at=at)
    if flag.ends_at is None:
        flag.ends_at = flag.starts_at if verb == "withdraw" else max(at, flag.starts_at)
        flag.save(update_fields=["ends_at"])
        _say(verb, flag, by=by, at=at)


def _say(verb: str, flag: Flag, *, by: User | None, at: datetime, **params: Any) -> None:
    audit.record(f"flag.{verb}", subject=flag, by=by, at=at, patient_id=flag.patient_id, **params)
    events.board_changed(**patients.shown_at(flag.patient, at=at), at=at)
