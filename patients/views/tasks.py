"""« Qu’est-ce qui m’attend ? »: the tasks of a person and of their trade, and those about one patient."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from amh.core import audit, dates, sessions
from amh.core.dialogs import Dialog, Done
from amh.core.doors import door
from amh.core.errors import Refusal
from amh.core.models import User
from amh.core.requests import actor, ip, words
from amh.core.roles import Permission
from patients import work
from patients.actions import tasks as actions
from patients.forms.tasks import TaskForm
from patients.models import Patient, Task, TaskState
from patients.queries import records, tasks
from patients.rules import tasks as rules
from patients.views.records import back, opening
from wards.models import Unit

MOST = 200
"""Tasks that one page shows; beyond, the filters."""

MINE, TRADE, EVERYONE = "miennes", "metier", "toutes"


@dataclass(frozen=True)
class Row:
    """A task as a line shows it: what, about whom (to those who may know), until when."""

    task: Task
    who: str
    now: datetime
    by: User

    @property
    def slug(self) -> str:
        """Its number, for the ids of a page."""
        return str(self.task.pk)

    @property
    def claim_url(self) -> str:
        """Where it is taken from the record."""
        return self._from_record("claim")

    @property
    def finish_url(self) -> str:
        """Where it is finished from the record."""
        return self._from_record("finish")

    @property
    def cancel_url(self) -> str:
        """Where it is said to be without object from the record."""
        return self._from_record("cancel")

    def _from_record(self, verb: str) -> str:
        return reverse(f"patients:tasks-{verb}", args=[self.task.pk]) + "?dossier"

    @property
    def words(self) -> str:
        """What is to be done."""
        return work.words(self.task)

    @property
    def late(self) -> bool:
        """Whether its time has passed."""
        return self.task.due_at < self.now

    @property
    def due(self) -> str:
        """Until when."""
        return dates.moment(self.task.due_at, now=self.now)

    @property
    def mine(self) -> bool:
        """Whether the reader has taken it."""
        return self.task.state == TaskState.CLAIMED and self.task.claimed_by_id == self.by.pk

    @property
    def theirs(self) -> bool:
        """Whether somebody else has."""
        return self.task.state == TaskState.CLAIMED and not self.mine

    @property
    def may_release(self) -> bool:
        """Whether the reader may give it back."""
        return self.mine or (self.theirs and rules.oversees(self.by))


@dataclass(frozen=True)
class Wish:
    """Which tasks the reader asked to see."""

    whose: str
    unit: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Wish":
        """What the address says; without a word that it knows, all that the reader sees to."""
        whose = request.GET.get("qui", "")
        widest = EVERYONE if rules.oversees(actor(request)) else TRADE
        return cls(whose if whose in {MINE, TRADE, widest} else widest, words(request, "unite"))


CHIPS = {
    MINE: gettext_lazy("Les miennes"),
    TRADE: gettext_lazy("Mon métier"),
    EVERYONE: gettext_lazy("Toutes"),
}


@require_safe
@door(Permission.WORK_TASKS)
def listing(request: HttpRequest) -> HttpResponse:
    """Show what waits: late first, then today, then later."""
    return _list(request)


def _list(request: HttpRequest, *, status: int = 200, **notice: object) -> HttpResponse:
    by, at, wish = actor(request), timezone.now(), Wish.of(request)
    rows = _rows(_wanted(wish, by=by)[: MOST + 1], by=by, at=at)
    facts = {
        "title": _("Qu’est-ce qui m’attend ?"),
        "groups": _groups(rows[:MOST], at=at),
        "more": len(rows) > MOST,
        "closed": _rows(tasks.just_closed(tasks.with_people(tasks.visible(to=by)), by=by, at=at)[:10], by=by, at=at),
        "chips": [(slug, label) for slug, label in CHIPS.items() if slug != EVERYONE or rules.oversees(by)],
        "units": Unit.objects.filter(pk__in=tasks.waiting(tasks.visible(to=by)).order_by().values("unit")),
        "wish": wish,
        "query": request.GET.urlencode(),
        "rendered_at": at,
        "notice": notice,
    }
    if sessions.BACKGROUND not in request.headers:  # nobody reads what a page looks at again by itself
        _trace(request, rows, by=by, at=at)
    template = "patients/tasks/list.html#list" if request.headers.get("HX-Request") else "patients/tasks/list.html"
    return render(request, template, facts, status=status)


def _trace(request: HttpRequest, rows: Iterable[Row], *, by: User, at: datetime) -> None:
    named = sum(1 for row in rows if row.who)
    audit.trace("tasks", by=by, at=at, ip=ip(request), count=named, filters=sorted({"qui", "unite"} & set(request.GET)))


def _wanted(wish: Wish, *, by: User) -> Any:
    rows = tasks.waiting(tasks.with_people(tasks.visible(to=by)))
    if wish.unit:
        rows = rows.filter(unit__code=wish.unit)
    if wish.whose == MINE:
        return rows.filter(claimed_by=by)
    return rows if wish.whose == EVERYONE else rows.filter(role__in=rules.trades(by))


def _rows(found: Iterable[Task], *, by: User, at: datetime) -> list[Row]:
    found = list(found)
    patient_ids = {task.patient_id for task in found if task.patient_id}
    known, dead = tasks.named(patient_ids, to=by, at=at), tasks.died(patient_ids)
    return [Row(task, _who(task, known, dead), at, by) for task in found]


def _who(task: Task, known: frozenset[int], dead: frozenset[int]) -> str:
    """The patient by two identifiers, for those who may know them; who has died is named on no list (WR-14)."""
    if task.patient is None or task.patient_id not in known:
        return ""
    if task.patient_id in dead:
        return _("Identité masquée")
    return ", ".join(filter(None, [task.patient.display_name, dates.birth(task.patient.birth_date)]))


def _groups(rows: list[Row], *, at: datetime) -> list[tuple[str, str, list[Row]]]:
    today = dates.local(at).date()
    late = [row for row in rows if row.late]
    soon = [row for row in rows if not row.late and dates.local(row.task.due_at).date() == today]
    later = [row for row in rows if not row.late and dates.local(row.task.due_at).date() != today]
    named = [("late", _("En retard"), late), ("today", _("Aujourd’hui"), soon), ("later", _("Plus tard"), later)]
    return [group for group in named if group[2]]


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """The tasks about one patient: those to be done, and which of them the reader may work on."""
    waiting = list(tasks.with_people(tasks.waiting(tasks.of_patient(patient))))
    workable = set(tasks.visible(to=by).filter(pk__in=[task.pk for task in waiting]).values_list("pk", flat=True))
    rows = [(Row(task, "", at, by), task.pk in workable) for task in waiting]
    return {"task_rows": rows, "may_ask": rules.may_ask(patient, by=by, at=at)}


@door(Permission.WORK_TASKS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a trade for something that concerns no patient."""
    by, at = actor(request), timezone.now()
    form = TaskForm(request.POST or None, now=at, by=by, about=False, initial={"role": by.role})

    def act(data: dict[str, Any]) -> Done:
        actions.ask(**data, by=by, at=at)
        return Done(_("Tâche demandée."), reverse("patients:tasks"))

    return Dialog(form, _("Demander une tâche"), _("Demander cette tâche")).answer(request, act)


@door(Permission.WORK_TASKS)
def ask_about(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a trade for something about a patient."""
    act = opening(request, pk, page="patient.task")
    stay = records.stays(act.patient).first()
    form = TaskForm(request.POST or None, now=act.at, by=act.by, about=True, initial={"role": act.by.role})

    def do(data: dict[str, Any]) -> Done:
        actions.ask(**data, patient=act.patient, stay=stay, by=act.by, at=act.at)
        return act.done(_("Tâche demandée."))

    return act.dialog(form, _("Demander une tâche"), _("Demander cette tâche"), do)


@require_POST
@door(Permission.WORK_TASKS)
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task."""
    return _pressed(request, pk, actions.claim, _("Tâche prise : %s."), undo="tasks-release")


@require_POST
@door(Permission.WORK_TASKS)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task back to its trade."""
    return _pressed(request, pk, actions.release, _("Tâche rendue : %s."), undo="tasks-claim")


@require_POST
@door(Permission.WORK_TASKS)
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a task is done."""
    return _pressed(request, pk, actions.finish, _("Tâche faite : %s."), undo="tasks-reopen")


@require_POST
@door(Permission.WORK_TASKS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a task has no object any more."""
    return _pressed(request, pk, actions.cancel, _("Tâche sans objet : %s."), undo="tasks-reopen")


@require_POST
@door(Permission.WORK_TASKS)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the closing of a task."""
    return _pressed(request, pk, actions.reopen, _("Tâche à faire de nouveau : %s."), undo="")


def _pressed(request: HttpRequest, pk: int, verb: Callable[..., Task], sentence: str, *, undo: str) -> HttpResponse:
    """Do one act; in the list, show it anew with what was done and its undo, or with why it was refused."""
    task = get_object_or_404(Task, pk=pk)
    in_list = bool(request.headers.get("HX-Request"))
    try:
        verb(task=task, by=actor(request), at=timezone.now())
    except Refusal as refusal:
        if not in_list:
            raise
        return _list(request, status=refusal.status, sentence=refusal.sentence, level="error")
    said = sentence % work.words(task)
    if in_list:
        undo_url = reverse(f"patients:{undo}", args=[pk]) if undo else ""
        return _list(request, sentence=said, level="success", undo_url=undo_url)
    messages.success(request, said)
    return redirect(_next(request, task))


def _next(request: HttpRequest, task: Task) -> str:
    """The record from which the act came, otherwise the list as it was filtered."""
    if "dossier" in request.GET and task.patient is not None:
        return back(task.patient)
    query = request.GET.urlencode()
    return reverse("patients:tasks") + (f"?{query}" if query else "")
