"""The record of a patient: one page, one panel a noun. Finding it, making it, correcting who it is about."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amh.core import audit, dates, parameters, rules
from amh.core.dialogs import UNPROCESSABLE, Dialog, Done
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.models import AccessKind
from amh.core.requests import actor, ip, sent
from amh.core.roles import Permission
from patients.actions import patients as actions
from patients.actions import registrations
from patients.forms.patients import SearchForm, TraitsForm
from patients.models import Patient
from patients.queries import searches
from patients.rules.patients import check_traits, check_typed
from patients.rules.records import may_complete
from patients.views import (
    accesses,
    consents,
    contacts,
    correspondents,
    documents,
    facts,
    flags,
    identifiers,
    merges,
    stays,
    tasks,
)
from patients.views.openings import opened
from patients.views.records import back, opening, with_who


@dataclass(frozen=True)
class Panel:
    """One part of the record.

    ``read(patient, by=, at=)`` gives what ``template`` shows: its keys are the template's own names, beside
    ``patient``, ``rights`` and ``may_complete``. The template holds its whole ``<section class="panel" id="…">`` with
    an ``h2``.
    """

    template: str
    read: Callable[..., dict[str, Any]]


ABOVE = Panel("patients/accesses/panel.html", accesses.panel)
COLUMNS: tuple[tuple[Panel, ...], ...] = (
    (
        Panel("patients/stays/panel.html", stays.panel),
        Panel("patients/flags/panel.html", flags.panel),
        Panel("patients/contacts/panel.html", contacts.panel),
    ),
    (
        Panel("patients/tasks/panel.html", tasks.panel),
        Panel("patients/facts/panel.html", facts.panel),
        Panel("patients/documents/panel.html", documents.panel),
    ),
    (
        Panel("patients/correspondents/panel.html", correspondents.panel),
        Panel("patients/consents/panel.html", consents.panel),
        Panel("patients/identifiers/panel.html", identifiers.panel),
        Panel("patients/merges/panel.html", merges.panel),
    ),
)
"""What the record shows, in the order in which it is read: down each column, one after the other on a phone."""

FOUND = 50
"""How many people a search shows."""


@require_safe
@door(Permission.VIEW_PATIENT)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that is known of a patient; the record of one who was merged leads to the one that goes on."""
    patient = opened(request, pk, page="patient")
    return _page(request, patient) if patient.pk == pk else redirect(back(patient))


@require_safe
@door(Permission.VIEW_PATIENT)
def print_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper: traced as a print, and the browser asks for the printer."""
    return _page(request, opened(request, pk, page="patient.print", kind=AccessKind.PRINT), printed=True)


def _page(request: HttpRequest, patient: Patient, *, printed: bool = False) -> HttpResponse:
    by, at = actor(request), timezone.now()
    common = {"patient": patient, "may_complete": may_complete(patient, by=by, at=at) and not printed}

    def shown(panel: Panel) -> str:
        return render_to_string(panel.template, common | panel.read(patient, by=by, at=at), request)

    columns = [[shown(panel) for panel in column] for column in COLUMNS]
    facts = {"title": _("Dossier du patient"), "printed": printed, "rendered_at": at}
    if printed:
        facts["hospital"] = parameters.words("hospital_name")
    facts |= {"above": shown(ABOVE), "columns": columns}
    facts |= identifiers.band(patient, by=by, at=at)
    return render(request, "patients/patients/record.html", common | facts)


@dataclass(frozen=True)
class Found:
    """One of the people whom a search found."""

    patient: Patient
    homonym: bool

    @property
    def born(self) -> str:
        """The birth date, as far as it is known."""
        return dates.birth(self.patient.birth_date)


@door(Permission.VIEW_PATIENT)
def search(request: HttpRequest) -> HttpResponse:
    """Find somebody. What is looked for is sent in the body: it stands in no address and no log."""
    form = SearchForm(sent(request), auto_id="chercher_%s")
    facts: dict[str, Any] = {"title": _("Quel patient ?"), "form": form, "may_register": _may_register(request)}
    status = 200
    if request.method == "POST" and form.is_valid() and _can_be(form):
        facts |= _found(request, searches.Wanted(**form.cleaned_data))
    elif request.method == "POST":
        status = UNPROCESSABLE
    part = "#found" if request.headers.get("HX-Request") else ""
    return render(request, f"patients/patients/search.html{part}", facts, status=status)


def _can_be(form: SearchForm) -> bool:
    """Whether somebody may have been born then; the form says why not."""
    born, now = {"birth_date": form.cleaned_data["birth_date"]}, timezone.now()
    try:
        check_traits(born, now=now)
        check_typed(born, now=now)
    except Invalid as refusal:
        form.add_error(refusal.field, refusal.sentence)
    return form.is_valid()


def _found(request: HttpRequest, wanted: searches.Wanted) -> dict[str, Any]:
    by, at = actor(request), timezone.now()
    rows = list(searches.with_identity(searches.search(wanted, to=by, at=at))[: FOUND + 1])
    names = Counter(row.folded_name for row in rows)  # type: ignore[attr-defined]
    shown = [Found(row, row.homonym or names[row.folded_name] > 1) for row in rows[:FOUND]]  # type: ignore[attr-defined]
    filters = sorted(name for name, value in vars(wanted).items() if value)
    audit.trace("patients", by=by, at=at, ip=ip(request), count=len(shown), filters=filters)
    return {"searched": True, "rows": shown, "more": len(rows) > FOUND, "wanted": wanted}


def _may_register(request: HttpRequest) -> bool:
    return rules.may(actor(request), Permission.REGISTER)


@door(Permission.REGISTER)
def register(request: HttpRequest) -> HttpResponse:
    """Open the record of somebody, once those who are alike have been looked at.

    The search sends the birth date that it was given, and nothing else: the form then begins with it.
    """
    by, now = actor(request), timezone.now()
    rules.check(by, Permission.REGISTER)
    typed = "birth_name" in request.POST
    initial = {"birth_date": request.POST.get("birth_date", "")}
    form = TraitsForm(request.POST if typed else None, initial=initial)
    different = request.POST.getlist("others") if request.POST.get("different") else []

    def act(data: dict[str, Any]) -> Done:
        others = [int(pk) for pk in different if pk.isascii() and pk.isdigit()]
        patient = registrations.register(traits=data, others=others, by=by, at=now)
        return Done(_("Patient enregistré."), back(patient))

    template, submit = "patients/patients/register.html", _("Enregistrer ce patient")
    dialog = Dialog(form, _("Enregistrer un patient"), submit, template, lambda: {"alike": _alike(request, form)})
    return dialog.answer(request, act) if typed else dialog.show(request)


def _alike(request: HttpRequest, form: TraitsForm) -> list[tuple[Patient, str]]:
    """People who may be the same, once the form is right but for them; that they were read is traced as a list."""
    known = getattr(form, "cleaned_data", {})
    if not known.get("birth_name"):
        return []
    wanted = {name: known.get(name, "") for name in ("birth_name", "first_names", "birth_date")}
    found = searches.alike(**wanted)
    by, at, filters = actor(request), timezone.now(), sorted(name for name, value in wanted.items() if value)
    audit.trace("patients.register", by=by, at=at, ip=ip(request), count=len(found), filters=filters)
    return with_who(found)


@door(Permission.REGISTER)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the traits of identity."""
    act = opening(request, pk, page="patient.correct")

    def write(data: dict[str, Any]) -> Done:
        changed = actions.correct(patient=act.patient, traits=data, by=act.by, at=act.at)
        return act.done(_("Identité corrigée.") if changed else _("Rien n’a changé."))

    initial = {name: getattr(act.patient, name) for name in TraitsForm.base_fields}
    form = TraitsForm(sent(request), initial=initial)
    return act.dialog(form, _("Corriger l’identité"), _("Corriger"), write)
