"""Who may ask for a task, take it, finish it and give it back; and who holds it already."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core import dates, rules
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import User
from amh.core.roles import ROLES, Permission, Role
from patients import work
from patients.models import Patient, Stay, Task, TaskState
from patients.queries import tasks
from patients.rules import records, times
from wards.models import Unit

UNDO_WINDOW = timedelta(days=1)
"""How long after it was closed a task can be opened again with one key."""
LONGEST = 200
"""Signs of a title or of an outcome."""


def workers() -> list[Role]:
    """The trades that work on tasks: those one may ask."""
    return [role for role in Role if Permission.WORK_TASKS in ROLES[role]]


def check_ask(
    *,
    kind: str,
    title: str,
    role: str | None,
    unit: Unit | None,
    stay: Stay | None,
    patient: Patient | None,
    by: User | None,
    at: datetime,
) -> None:
    """Raise unless the task says what is to be done, whose work it is, and ``by`` may ask for it.

    A task of the program (``kind``) is asked by an act whose own rule was asked; what a person writes (``title``) asks
    for the right to work on tasks here.
    """
    if bool(kind) == bool(title):
        raise Invalid(_("Indiquer ce qui est à faire."), code="required", field="title")
    if kind and kind not in work.KINDS:
        raise Invalid(_("Cette nature de tâche n’existe pas."), code="unknown_kind", field="kind")
    if len(title) > LONGEST:
        raise Invalid(_("Ce texte dépasse %d signes.") % LONGEST, code="too_long", field="title")
    if not kind and role not in workers():
        raise Invalid(_("Choisir pour qui est la tâche."), code="no_such_trade", field="role")
    if stay is not None and patient is not None and stay.patient_id != patient.pk:
        raise Invalid(_("Ce séjour n’est pas un séjour de ce patient."), code="stay_of_another", field="stay")
    if not kind:
        _check_written(unit, stay.patient if stay else patient, by=by, at=at)


def _check_written(unit: Unit | None, patient: Patient | None, *, by: User | None, at: datetime) -> None:
    if by is None:
        return
    if patient is not None:
        records.check_complete(patient, by=by, at=at, permission=Permission.WORK_TASKS)
    elif unit is not None:
        rules.check(by, Permission.WORK_TASKS, unit_id=unit.pk)
    else:
        rules.check_somewhere(by, Permission.WORK_TASKS)


def check_due(due_at: datetime, *, now: datetime) -> None:
    """Raise ``Invalid`` for an end that has passed, or lies more than a year away."""
    if due_at < now - times.CLOCK_DRIFT:
        raise Invalid(_("Cette échéance est déjà passée."), code="in_the_past", field="due_at")
    times.check_ahead(due_at, now=now, field="due_at")


def check_work(task: Task, *, by: User | None) -> None:
    """Raise ``Denied`` unless the task is one of those on which ``by`` may work."""
    if by is not None and not tasks.visible(to=by).filter(pk=task.pk).exists():
        raise Denied(_("Cette tâche est celle d’un autre métier ou d’une autre unité."), code="denied")


def check_to_do(task: Task, *, now: datetime) -> None:
    """Raise ``Conflict`` with who has closed the task, and when, unless it is still to be done."""
    if task.state in tasks.TO_DO:
        return
    state = task.get_state_display().lower()
    if task.closed_by is None or task.closed_at is None:
        raise Conflict(_("Cette tâche est déjà close : %s.") % state, code="already_closed")
    facts = {"state": state, "who": task.closed_by, "when": dates.moment(task.closed_at, now=now)}
    raise Conflict(_("Cette tâche est déjà close : %(state)s, par %(who)s (%(when)s).") % facts, code="already_closed")


def check_free(task: Task, *, by: User | None, now: datetime) -> None:
    """Raise ``Conflict`` naming who has taken the task, and when, unless nobody has or it is ``by``."""
    if task.claimed_by is None or task.claimed_at is None or (by is not None and task.claimed_by_id == by.pk):
        return
    facts = {"who": task.claimed_by, "when": dates.moment(task.claimed_at, now=now)}
    raise Conflict(_("%(who)s a pris cette tâche (%(when)s).") % facts, code="claimed_by_another")


def check_release(task: Task, *, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` holds the task, or oversees those who do."""
    if task.state != TaskState.CLAIMED:
        raise Conflict(_("Personne n’a pris cette tâche."), code="not_claimed")
    if by is not None and not oversees(by):
        check_free(task, by=by, now=now)


def check_reopen(task: Task, *, by: User | None, now: datetime) -> None:
    """Raise unless the task was closed a short time ago by ``by``, or by anyone for who oversees."""
    if task.closed_at is None:
        raise Conflict(_("Cette tâche n’est pas close."), code="not_closed")
    if now - task.closed_at > UNDO_WINDOW:
        raise Conflict(_("Cette tâche est close depuis plus d’un jour : en demander une nouvelle."), code="too_old")
    if by is not None and task.closed_by_id != by.pk and not oversees(by):
        raise Denied(
            _("Seule la personne qui a clos la tâche peut la rouvrir, ou l’animatrice d’équipe."), code="denied"
        )


def may_ask(patient: Patient, *, by: User, at: datetime) -> bool:
    """Tell whether ``by`` may ask for tasks about this patient."""
    return records.may_complete(patient, by=by, at=at, permission=Permission.WORK_TASKS)


def trades(by: User) -> frozenset[str]:
    """The trades in whose name a person works and speaks: their own, and those that their duties lend."""
    return frozenset({by.role, *(role for role, _unit in by.posting.duties)})


def oversees(by: User) -> bool:
    """Tell whether the person sees to the tasks of every trade."""
    return bool(tasks.OVERSEERS & trades(by))
