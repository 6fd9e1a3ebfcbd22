"""Tasks: whose they are, and what waits."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from amh.core import rules
from amh.core.errors import Invalid
from amh.core.models import User
from amh.core.roles import Permission, Role
from amh.core.transactions import hold
from patients.models import Patient, Stay, StayState, Task, TaskState
from patients.queries import scopes
from wards.queries import calendars

OVERSEERS = frozenset({Role.TEAM_LEAD.value, Role.ON_CALL.value})
"""Trades that see to the tasks of every trade: the team lead by day, the cadre on call when the offices are closed."""
TO_DO = (TaskState.OPEN, TaskState.CLAIMED)
JUST_DONE = timedelta(days=1)


def due(*, role: str, start: datetime, minutes: int) -> datetime:
    """When a task asked at ``start`` falls due: in the working time of its trade, at once by the clock if it has none.

    A calendar that never opens delays no task for ever: it is then due by the clock.
    """
    try:
        return calendars.due(role=role, start=start, minutes=minutes)
    except Invalid as refusal:
        if refusal.code != "never_open":
            raise
        return start + timedelta(minutes=minutes)


def visible(*, to: User) -> QuerySet[Task]:
    """Tasks on which ``to`` may work: those of their trade where they work, of every trade for who oversees.

    A task without a unit is for everyone of its trade. Duties lend their trade in their unit.
    """
    if rules.scope(to, Permission.WORK_TASKS) is None:
        return Task.objects.none()
    wanted = _of_trade(to.role, rules.units(to, Permission.WORK_TASKS))
    for role, unit_id in to.posting.duties:
        wanted |= _of_trade(role, None if unit_id is None else frozenset({unit_id}))
    return Task.objects.filter(wanted)


def _of_trade(role: str, units: frozenset[int] | None) -> Q:
    trade = Q() if role in OVERSEERS else Q(role=role)
    return trade & (Q() if units is None else Q(unit=None) | Q(unit__in=units))


def with_people(rows: QuerySet[Task]) -> QuerySet[Task]:
    """The same tasks with all that a line shows of them, in one query."""
    return rows.select_related("unit", "claimed_by", "closed_by", "patient", "stay", "entered_by")


def waiting(rows: QuerySet[Task]) -> QuerySet[Task]:
    """Those that are to be done, the most urgent first."""
    return rows.filter(state__in=TO_DO).order_by("due_at", "pk")


def just_closed(rows: QuerySet[Task], *, by: User, at: datetime) -> QuerySet[Task]:
    """Those that this person has closed within a day, the last first."""
    closed = rows.filter(closed_by=by, closed_at__gt=at - JUST_DONE)
    return closed.order_by("-closed_at", "-pk")


def locked(pk: int) -> Task:
    """Lock a task and return it fresh. Raises ``Task.DoesNotExist``.

    Nothing is joined: a row that waited for its lock comes back new, what was joined to it comes back as it was.
    """
    return Task.objects.select_for_update(no_key=True).get(pk=pk)


def of_cause(source_key: str) -> Task | None:
    """The task that this cause has made, locked; ``None`` while it has made none.

    The cause itself is locked until the transaction ends: two that find it at the same moment make one task.
    """
    if not source_key:
        return None
    hold(f"task:{source_key}")
    return Task.objects.select_for_update(no_key=True).filter(source_key=source_key).first()


def of_patient(patient: Patient) -> QuerySet[Task]:
    """Every task about a patient."""
    return Task.objects.filter(Q(patient=patient) | Q(stay__patient=patient))


def named(patient_ids: Collection[int], *, to: User, at: datetime) -> frozenset[int]:
    """Which of these patients ``to`` may know by name."""
    if rules.scope(to, Permission.VIEW_PATIENT) is None:
        return frozenset()
    return frozenset(scopes.records(to=to, at=at).filter(pk__in=patient_ids).values_list("pk", flat=True))


def died(patient_ids: Collection[int]) -> frozenset[int]:
    """Those of these patients who have died, and whose body has not left."""
    stays = Stay.objects.filter(patient__in=patient_ids, state=StayState.DECEASED)
    return frozenset(stays.values_list("patient_id", flat=True))
