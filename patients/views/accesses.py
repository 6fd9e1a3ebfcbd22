"""Accès exceptionnel motivé: ask for it, end it, review it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import audit, dates, parameters
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.models import User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.actions import accesses as actions
from patients.forms.accesses import AskByNumberForm, AskForm, ReviewForm
from patients.models import ExceptionalAccess, Patient
from patients.queries import accesses, journals, scopes
from patients.queries.patients import bearing
from patients.views.openings import known

HOME = "/"
REVIEWED = 50
"""How many reviews the page goes back."""


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """What the record says while it is open by an exceptional access alone."""
    access = accesses.running(patient, user_id=by.pk, at=at)
    return {"access": access, "until": dates.moment(access.ends_at, now=at) if access else ""}


@door(Permission.OPEN_EXCEPTIONALLY)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a record that was refused, and say why."""
    by, now = actor(request), timezone.now()

    def act(data: dict[str, Any]) -> Done:
        patient = known(pk)
        if patient is None:
            _trace_attempt(request)
            raise Http404
        return _open(patient, data, by=by, at=now)

    return _dialog(AskForm(request.POST or None), _who(pk, by=by, at=now)).answer(request, act)


@door(Permission.OPEN_EXCEPTIONALLY)
def ask_by_number(request: HttpRequest) -> HttpResponse:
    """Open the record of the patient who bears an IPP, and say why."""
    by, now = actor(request), timezone.now()

    def act(data: dict[str, Any]) -> Done:
        bearers = bearing(data["number"].strip())
        patient = known(next(iter(bearers))) if len(bearers) == 1 else None
        if patient is None:
            _trace_attempt(request)
            raise _no_bearer(len(bearers))
        return _open(patient, data, by=by, at=now)

    return _dialog(AskByNumberForm(request.POST or None), "").answer(request, act)


def _no_bearer(number: int) -> Invalid:
    if number > 1:
        office = parameters.words("admissions_office_name")
        sentence = _("Plusieurs dossiers portent ce numéro. À voir avec : %s.") % office
        return Invalid(sentence, code="ambiguous_number", field="number")
    return Invalid(_("Aucun dossier ne porte ce numéro."), code="unknown_number", field="number")


def _open(patient: Patient, data: dict[str, Any], *, by: User, at: datetime) -> Done:
    access = actions.open_exceptionally(
        patient=patient, reason=data["reason"], explanation=data["explanation"], by=by, at=at
    )
    until = dates.until(access.ends_at, now=at)
    return Done(_("Accès exceptionnel ouvert %s.") % until, reverse("patients:record", args=[patient.pk]))


def _dialog(form: AskForm, who: str) -> Dialog:
    def context() -> dict[str, Any]:
        return {"who": who, "hours": parameters.value(actions.HOURS)}

    return Dialog(
        form, _("Accès exceptionnel motivé"), _("Ouvrir ce dossier"), "patients/accesses/ask.html", context=context
    )


def _who(pk: int, *, by: User, at: datetime) -> str:
    """As much of the patient as may be said before the opening: never a name, and no more of one that is not there."""
    mine = scopes.patients(to=by, at=at, exceptionally=False).filter(pk=pk).exists()
    return _("Identité protégée") if mine else _("Dossier n° %d") % pk


def _trace_attempt(request: HttpRequest) -> None:
    """Somebody who tries numbers one after the other leaves a trace each time."""
    audit.trace("access.ask", by=actor(request), at=timezone.now(), ip=ip(request), count=0)


@require_POST
@door(Permission.OPEN_EXCEPTIONALLY)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the record again before its time."""
    access = get_object_or_404(ExceptionalAccess, pk=pk)
    actions.end(access=access, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Accès exceptionnel terminé."), HOME))


@require_safe
@door(Permission.VIEW_JOURNAL)
def queue(request: HttpRequest) -> HttpResponse:
    """Show what nobody has reviewed yet, the last reviews, and the counts of each month."""
    by, now = actor(request), timezone.now()
    waiting, done = list(accesses.to_review()), list(accesses.reviewed()[:REVIEWED])
    people = journals.identities({access.patient_id for access in [*waiting, *done]})
    audit.trace("access.reviews", by=by, at=now, ip=ip(request), count=len(waiting) + len(done))
    context = {
        "title": _("Quels accès exceptionnels restent à relire ?"),
        "tab": "accesses",
        "waiting": [(access, people[access.patient_id], access.user_id == by.pk) for access in waiting],
        "done": [(access, people[access.patient_id]) for access in done],
        "months": accesses.months(at=now),
        "now": now,
    }
    return render(request, "patients/accesses/queue.html", context)


@door(Permission.VIEW_JOURNAL)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was found of one access."""
    by, now = actor(request), timezone.now()
    access = get_object_or_404(ExceptionalAccess.objects.select_related("user", "patient"), pk=pk)

    def act(data: dict[str, Any]) -> Done:
        actions.review(access=access, outcome=data["outcome"], note=data["note"], by=by, at=now)
        return Done(_("Accès relu."), reverse("patients:accesses-queue"))

    def context() -> dict[str, Any]:
        return {"access": access, "person": journals.identities({access.patient_id})[access.patient_id]}

    title = _("Relire un accès exceptionnel")
    return Dialog(
        ReviewForm(request.POST or None), title, _("Enregistrer"), "patients/accesses/review.html", context
    ).answer(request, act)
