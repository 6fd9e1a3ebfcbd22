"""Human work: asked of a trade, taken by one person, finished; every step can be taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amh.core import audit
from amh.core.models import Delivery, User
from amh.core.transactions import act
from patients import work
from patients.models import TASK_TRANSITIONS, Patient, Stay, Task, TaskState
from patients.queries import locks, tasks
from patients.rules import tasks as rules
from wards.models import Unit

A_DAY = 480
"""Minutes of the trade's working time left to a task of which nothing else is said: a day of work."""


@act
def ask(
    *,
    by: User | None,
    at: datetime,
    kind: str = "",
    title: str = "",
    role: str | None = None,
    unit: Unit | None = None,
    stay: Stay | None = None,
    patient: Patient | None = None,
    minutes: int | None = None,
    due_at: datetime | None = None,
    params: Mapping[str, Any] | None = None,
    source_key: str = "",
    again: bool = False,
) -> Task:
    """Ask a trade for a task: a ``kind`` of ``patients.work``, which knows its owner and delay, or a ``title``.

    Due ``minutes`` of the trade's working time later, or at ``due_at``. The same ``source_key`` makes one task only;
    asked ``again``, one that was closed is open anew. Raises ``Invalid``, ``Conflict`` or ``Denied``.
    """
    title = title.strip()
    stay = locks.stay(stay.pk) if stay else None
    patient = locks.patient(patient.pk) if patient else None
    rules.check_ask(kind=kind, title=title, role=role, unit=unit, stay=stay, patient=patient, by=by, at=at)
    known = tasks.of_cause(source_key)
    if known is not None and (not again or known.state in tasks.TO_DO):
        return known
    task = known or Task(source_key=source_key, entered_at=at, entered_by=by)
    task.kind, task.title, task.params, task.role = kind, title, dict(params or {}), role or work.KINDS[kind].role
    task.stay, task.patient = stay, patient or (stay.patient if stay else None)
    task.unit = unit or (stay.unit if stay else None)
    task.due_at = due_at or tasks.due(role=task.role, start=at, minutes=_delay(kind) if minutes is None else minutes)
    rules.check_due(task.due_at, now=at)
    return _enter(task, by=by, at=at)


def _delay(kind: str) -> int:
    return work.KINDS[kind].minutes if kind else A_DAY


def _enter(task: Task, *, by: User | None, at: datetime) -> Task:
    if task.state not in tasks.TO_DO:
        task.claimed_at = task.claimed_by = None
        return _become(task, TaskState.OPEN, "ask", by=by, at=at)
    task.save()
    _record("ask", task, by=by, at=at)
    return task


@act
def claim(*, task: Task, by: User, at: datetime) -> Task:
    """Take a task; twice is once. Raises ``Conflict`` naming who has taken it first, or closed it, and ``Denied``."""
    task = tasks.locked(task.pk)
    rules.check_work(task, by=by)
    rules.check_to_do(task, now=at)
    rules.check_free(task, by=by, now=at)
    if task.state == TaskState.CLAIMED:
        return task
    task.claimed_at, task.claimed_by = at, by
    return _become(task, TaskState.CLAIMED, "claim", by=by, at=at)


@act
def release(*, task: Task, by: User, at: datetime) -> Task:
    """Give a task back to its trade. Raises ``Conflict`` (nobody's, somebody else's, closed) or ``Denied``."""
    task = tasks.locked(task.pk)
    rules.check_work(task, by=by)
    rules.check_release(task, by=by, now=at)
    task.claimed_at = task.claimed_by = None
    return _become(task, TaskState.OPEN, "release", by=by, at=at)


@act
def finish(*, task: Task, by: User, at: datetime, outcome: str = "") -> Task:
    """Record that a task is done. Raises ``Conflict`` (closed, or taken by somebody else) or ``Denied``."""
    return _close(task, TaskState.DONE, "finish", outcome, by=by, at=at)


@act
def cancel(*, task: Task, by: User, at: datetime, reason: str = "") -> Task:
    """Record that a task has no object any more. Raises what ``finish`` raises."""
    return _close(task, TaskState.CANCELLED, "cancel", reason, by=by, at=at)


@act
def reopen(*, task: Task, by: User, at: datetime) -> Task:
    """Undo the closing of a task: it is to be done again, by whoever had taken it.

    Raises ``Conflict`` (not closed, or too long ago) or ``Denied``.
    """
    task = tasks.locked(task.pk)
    rules.check_work(task, by=by)
    rules.check_reopen(task, by=by, now=at)
    task = _become(task, TaskState.OPEN, "reopen", by=by, at=at)
    if task.claimed_by_id is None:
        return task
    TASK_TRANSITIONS.check(task.state, TaskState.CLAIMED)
    task.state = TaskState.CLAIMED
    task.save(update_fields=["state"])
    return task


@act
def settle(*, source_key: str, by: User | None, at: datetime) -> None:
    """Close the task of this cause, if it is still to be done: the cause is gone, nobody has anything left to do."""
    task = tasks.of_cause(source_key)
    if task is not None and task.state in tasks.TO_DO:
        task.closed_at, task.closed_by = at, by
        _become(task, TaskState.CANCELLED, "settle", by=by, at=at)


@act
def ask_about_delivery(*, delivery: Delivery, at: datetime) -> Task:
    """Ask the administrator to see to a sending that failed for good; to call from ``Delivery.exhausted``."""
    name = f"{delivery.label()} {delivery.pk}"
    return ask(
        kind="delivery_exhausted", params={"delivery": name}, source_key=f"delivery:{name}", by=None, at=at, again=True
    )


def _close(task: Task, state: TaskState, verb: str, outcome: str, *, by: User, at: datetime) -> Task:
    task = tasks.locked(task.pk)
    rules.check_work(task, by=by)
    rules.check_to_do(task, now=at)
    rules.check_free(task, by=by, now=at)
    task.closed_at, task.closed_by, task.outcome = at, by, outcome.strip()
    return _become(task, state, verb, by=by, at=at)


def _become(task: Task, state: TaskState, verb: str, *, by: User | None, at: datetime) -> Task:
    TASK_TRANSITIONS.check(task.state, state)
    if task.state not in tasks.TO_DO:
        task.closed_at, task.closed_by, task.outcome = None, None, ""
    task.state = state
    task.save()
    _record(verb, task, by=by, at=at)
    return task


def _record(verb: str, task: Task, *, by: User | None, at: datetime) -> None:
    audit.record(
        f"task.{verb}",
        subject=task,
        by=by,
        at=at,
        patient_id=task.patient_id,
        role=task.role,
        kind=task.kind,
        unit=task.unit_id,
    )
