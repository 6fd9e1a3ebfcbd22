"""State what is so, and take it back. A fact is never changed: it is withdrawn, and stated anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.actions import tasks
from patients.models import Document, Fact, Practitioner, Source, Stay, StayState
from patients.queries import facts, locks
from patients.rules import facts as rules

REOPENED = "fact_withdrawn"


@act
def state(
    *,
    stay: Stay,
    kind: str,
    source: Source,
    by: User | None,
    at: datetime,
    happened_at: datetime | None = None,
    said_by: str = "",
    practitioner: Practitioner | None = None,
    value: Mapping[str, Any] | None = None,
    document: Document | None = None,
) -> Fact:
    """State a fact of ``patients.evidence``; what stands already in the same words is given back, not written again.

    ``happened_at`` and ``said_by`` or ``practitioner`` are the date and the author of the act itself. Raises
    ``Invalid`` beside what is missing or cannot be, ``Conflict`` (stay cancelled, record merged) or ``Denied``.
    """
    stay = locks.stay(stay.pk)
    document = Document.objects.get(pk=document.pk) if document else None
    one = rules.known(kind)
    said_by = said_by.strip()
    rules.check_right(stay.patient, by=by, at=at)
    rules.check_stay(stay)
    rules.check_kind(one, source, by=by)
    rules.check_act(one, source, has_author=bool(said_by or practitioner), happened_at=happened_at)
    rules.check_moment(stay, happened_at, now=at)
    rules.check_document(document, stay)
    stated = {
        "kind": kind,
        "source": source,
        "happened_at": happened_at,
        "said_by": said_by,
        "practitioner": practitioner,
        "document": document,
        "value": rules.checked_value(one, value or {}),
        "author": by,
    }
    return facts.same(stay, **stated) or _write(Fact(stay=stay, entered_at=at, **stated), by=by, at=at)


def _write(fact: Fact, *, by: User | None, at: datetime) -> Fact:
    fact.save()
    _record("state", fact, by=by, at=at)
    stands(fact, by=by, at=at)
    return fact


@act
def withdraw(*, fact: Fact, by: User | None, at: datetime, reason: str = "") -> None:
    """Take a fact back: its item is open again; after the exit that becomes a task, never a red patient (WR-22).

    The author undoes within the day without a reason. Raises ``Conflict`` (withdrawn already), ``Invalid`` (no reason)
    or ``Denied``.
    """
    stay = locks.stay(fact.stay_id)
    fact = Fact.objects.get(pk=fact.pk)
    reason = reason.strip()
    rules.check_right(stay.patient, by=by, at=at)
    rules.check_withdraw(fact, reason=reason, by=by, at=at)
    fact.withdrawn_at, fact.withdrawn_by, fact.withdrawn_reason = at, by, reason
    fact.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    fact.stay = stay
    _record("withdraw", fact, by=by, at=at)
    falls(fact, by=by, at=at)


def stands(fact: Fact, *, by: User | None, at: datetime) -> None:
    """Say that a fact, whose stay or patient is locked, stands: its item is satisfied, its task settled."""
    events.fact_changed(stay_id=fact.stay_id, kinds=frozenset({fact.kind}), at=at)
    tasks.settle(source_key=_key(fact), by=by, at=at)


def falls(fact: Fact, *, by: User | None, at: datetime) -> None:
    """Say that a fact, whose stay or patient is locked, stands no more: open again, after the exit a task (WR-22)."""
    events.fact_changed(stay_id=fact.stay_id, kinds=frozenset({fact.kind}), at=at)
    if fact.stay.state == StayState.DISCHARGED:
        params = {"fact": fact.kind}
        tasks.ask(kind=REOPENED, stay=fact.stay, params=params, source_key=_key(fact), by=by, at=at, again=True)


def _key(fact: Fact) -> str:
    return f"{REOPENED}:{fact.stay_id}:{fact.kind}"


def _record(verb: str, fact: Fact, *, by: User | None, at: datetime) -> None:
    stay = fact.stay
    audit.record(
        f"fact.{verb}",
        subject=fact,
        by=by,
        at=at,
        patient_id=stay.patient_id,
        stay=stay.pk,
        kind=fact.kind,
        source=fact.source,
    )
