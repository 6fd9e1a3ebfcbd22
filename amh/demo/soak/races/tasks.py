"""Two people reach for one task, or two causes make one; two open or review one record exceptionally."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from amh.core.deliveries import claims, queue
from amh.core.models import DeliveryState, User
from amh.core.roles import Role
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import Round, ends, race, unless
from amh.demo.soak.wards import Ward
from patients.actions import accesses, identities, tasks
from patients.models import AccessNotice, AccessReason, ExceptionalAccess, Patient, ReviewOutcome, Task, TaskState
from patients.rules.identities import Anomaly

TASK, CAUSE = "the lock of the task", "a lock on the cause; `task_source_once`"
ACCESS, DELIVERY = "the lock of the access", "the lock of the delivery"
TAKEN = ("claimed_by_another", "already_closed", "not_claimed")


@race(tasks.claim, tasks.claim, decided_by=TASK)
def two_claims(ward: Ward) -> Round:
    """One has the task; the other is told who took it."""
    task, pair = _asked(ward), ward.pair(Role.AMH)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        task.refresh_from_db()
        winner = pair[0] if refusals[0] is None else pair[1]
        return ends(codes=["claimed_by_another"], left=lambda: task.claimed_by == winner)(refusals)

    return Round([partial(tasks.claim, task=task, by=by, at=ward.now) for by in pair], faults)


@race(tasks.claim, tasks.finish, decided_by=TASK)
def claim_against_finish(ward: Ward) -> Round:
    """A task is taken by one or closed by the other, never both."""
    task, pair = _asked(ward), ward.pair(Role.AMH)

    def left() -> bool:
        task.refresh_from_db()
        return (task.claimed_by, task.closed_by) in ((pair[0], None), (None, pair[1]))

    acts: list[Act] = [
        partial(tasks.claim, task=task, by=pair[0], at=ward.now),
        partial(tasks.finish, task=task, by=pair[1], at=ward.now),
    ]
    return Round(acts, ends(codes=TAKEN, left=left))


@race(tasks.finish, tasks.cancel, decided_by=TASK)
def finish_against_cancel(ward: Ward) -> Round:
    """A task is closed once, and says how and by whom."""
    task, pair = _asked(ward), ward.pair(Role.AMH)

    def left() -> bool:
        task.refresh_from_db()
        return (task.state, task.closed_by) in ((TaskState.DONE, pair[0]), (TaskState.CANCELLED, pair[1]))

    acts: list[Act] = [
        partial(tasks.finish, task=task, by=pair[0], at=ward.now),
        partial(tasks.cancel, task=task, by=pair[1], at=ward.now),
    ]
    return Round(acts, ends(codes=TAKEN, left=left))


@race(tasks.release, tasks.finish, decided_by=TASK)
def release_against_finish(ward: Ward) -> Round:
    """A task given back while it is finished is done, whoever came first."""
    task, by = _asked(ward), ward.colleague(Role.AMH)
    tasks.claim(task=task, by=by, at=ward.at)
    done = Task.objects.filter(pk=task.pk, state=TaskState.DONE)
    acts: list[Act] = [partial(verb, task=task, by=by, at=ward.now) for verb in (tasks.release, tasks.finish)]
    return Round(acts, ends(done=(1, 2), codes=TAKEN, left=done.exists))


@race(tasks.ask, tasks.ask, decided_by=CAUSE)
def one_cause_twice(ward: Ward) -> Round:
    """One cause makes one task."""
    key = ward.name()
    asking = partial(tasks.ask, title="Rappeler", role=Role.AMH, unit=ward.unit, source_key=key, by=None, at=ward.now)
    return Round([asking] * 2, ends(done=2, left=lambda: Task.objects.filter(source_key=key).count() == 1))


@race(tasks.ask, tasks.settle, tasks.claim, decided_by=f"{CAUSE}; {TASK}")
def ask_against_settle_and_claim(ward: Ward) -> Round:
    """A task is asked again, settled and taken: it is one, and what was said last."""
    key, by = ward.name(), ward.colleague(Role.AMH)
    said: dict[str, Any] = {"title": "Rappeler", "role": Role.AMH, "unit": ward.unit, "source_key": key, "by": None}
    task = tasks.ask(at=ward.at, **said)
    acts: list[Act] = [
        partial(tasks.ask, again=True, at=ward.now, **said),
        partial(tasks.settle, source_key=key, by=None, at=ward.now),
        partial(tasks.claim, task=task, by=by, at=ward.now),
    ]
    left = ends(done=(2, 3), codes=TAKEN, left=lambda: Task.objects.filter(source_key=key).count() == 1)
    return Round(acts, left)


@race(tasks.reopen, tasks.ask, decided_by=f"{CAUSE}; {TASK}")
def reopen_against_ask(ward: Ward) -> Round:
    """A closed task is opened again by whoever closed it and by its cause: it is open once."""
    key, by = ward.name(), ward.colleague(Role.AMH)
    said: dict[str, Any] = {"title": "Rappeler", "role": Role.AMH, "unit": ward.unit, "source_key": key, "by": None}
    task = tasks.ask(at=ward.at, **said)
    tasks.finish(task=task, by=by, at=ward.at)
    acts: list[Act] = [
        partial(tasks.reopen, task=task, by=by, at=ward.now),
        partial(tasks.ask, again=True, at=ward.now, **said),
    ]
    open_ = Task.objects.filter(source_key=key, state=TaskState.OPEN)
    return Round(acts, ends(done=(1, 2), codes=["not_closed"], left=lambda: open_.count() == 1))


@race(identities.report, identities.report, decided_by=CAUSE)
def one_anomaly_twice(ward: Ward) -> Round:
    """One doubt about an identity is one task of the admissions office."""
    patient = ward.patient()
    reporting = partial(identities.report, patient=patient, anomaly=Anomaly.NUMBER, by=None, at=ward.now)
    return Round([reporting] * 2, ends(done=2, left=lambda: Task.objects.filter(patient=patient).count() == 1))


@race(accesses.open_exceptionally, accesses.open_exceptionally, decided_by="the lock of the patient")
def one_access_twice(ward: Ward) -> Round:
    """A record asked for twice is opened once, and told of once."""
    patient, by = ward.patient(), ward.colleague(Role.NURSE)
    opened = ExceptionalAccess.objects.filter(user=by)
    told = AccessNotice.objects.filter(access__user=by)
    left = ends(done=2, left=lambda: (opened.count(), told.count()) == (1, 1))
    return Round([partial(_open, ward, patient, by)] * 2, left)


@race(accesses.review, accesses.review, decided_by=ACCESS)
def two_reviews(ward: Ward) -> Round:
    """An access is reviewed by one; the other is told who did."""
    access = _open(ward, ward.patient(), ward.colleague(Role.NURSE))
    pair = ward.pair(Role.DPO)
    found = (ReviewOutcome.JUSTIFIED, ReviewOutcome.UNJUSTIFIED)
    acts: list[Act] = [
        partial(accesses.review, access=access, outcome=outcome, note="lu", by=by, at=ward.now)
        for outcome, by in zip(found, pair, strict=True)
    ]

    def left() -> bool:
        access.refresh_from_db()
        return (access.outcome, access.reviewed_by) in list(zip(found, pair, strict=True))

    return Round(acts, ends(codes=["already_reviewed"], left=left))


@race(accesses.end, accesses.review, decided_by=ACCESS)
def end_against_review(ward: Ward) -> Round:
    """An access is given back and found unjustified: it has ended and is reviewed."""
    by = ward.colleague(Role.NURSE)
    access, outcome = _open(ward, ward.patient(), by), ReviewOutcome.UNJUSTIFIED
    acts: list[Act] = [
        partial(accesses.end, access=access, by=by, at=ward.later),
        partial(accesses.review, access=access, outcome=outcome, note="lu", by=ward.colleague(Role.DPO), at=ward.later),
    ]
    over = ExceptionalAccess.objects.filter(pk=access.pk, ends_at=ward.later, outcome=outcome)
    return Round(acts, ends(done=(1, 2), codes=["access_ended"], left=over.exists))


@race(claims.claim, claims.claim, decided_by="`SKIP LOCKED`: a row is passed over while somebody takes it")
def one_delivery_claimed_twice(ward: Ward) -> Round:
    """Of two workers one sends a notice."""
    notice = _notice(ward)
    taken: list[int] = []

    def claim() -> None:
        found = claims.claim(AccessNotice)
        taken.extend([found.pk] if found else [])

    return Round([claim] * 2, ends(done=2, left=lambda: taken == [notice.pk]))


@race(queue.cancel, claims.claim, decided_by=DELIVERY)
def cancel_against_claim(ward: Ward) -> Round:
    """A notice is taken back or on its way: never both."""
    notice = _notice(ward)
    cancelling = partial(queue.cancel, notice, by=None, at=ward.now)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        notice.refresh_from_db()
        state = DeliveryState.CANCELLED if refusals[0] is None else DeliveryState.SENDING
        return unless(refusals[1] is None, "the claim failed") + unless(notice.state == state, notice.state)

    return Round([cancelling, partial(claims.claim, AccessNotice)], faults)


@race(queue.retry, queue.retry, decided_by=DELIVERY)
def two_retries(ward: Ward) -> Round:
    """What has failed is tried again once."""
    notice = _notice(ward)
    AccessNotice.objects.filter(pk=notice.pk).update(state=DeliveryState.EXHAUSTED)
    pending = AccessNotice.objects.filter(pk=notice.pk, state=DeliveryState.PENDING)
    return Round([partial(queue.retry, notice, by=None, at=ward.now)] * 2, ends(left=pending.exists))


def _asked(ward: Ward) -> Task:
    return tasks.ask(title="Rappeler", role=Role.AMH, unit=ward.unit, by=None, at=ward.at)


def _open(ward: Ward, patient: Patient, by: User) -> ExceptionalAccess:
    said: dict[str, Any] = {"reason": AccessReason.EMERGENCY, "explanation": "Appel du service d’urgence"}
    return accesses.open_exceptionally(patient=patient, by=by, at=ward.now, **said)


def _notice(ward: Ward) -> AccessNotice:
    """A notice that is due; none of another round is."""
    AccessNotice.objects.update(state=DeliveryState.CANCELLED, lease_until=None)
    return _open(ward, ward.patient(), ward.colleague(Role.NURSE)).notice
