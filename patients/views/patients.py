"""The record of a patient: one page, one panel a noun."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amh.core.doors import door
from amh.core.models import AccessKind, User
from amh.core.requests import actor
from amh.core.roles import Permission
from patients.models import Patient
from patients.views.openings import opened


@dataclass(frozen=True)
class Panel:
    """One part of the record.

    ``read(patient, by=, at=)`` gives what ``template`` shows: its keys are the template's own names, beside
    ``patient`` and ``rights``. The template holds its whole ``<section class="panel" id="…">`` with an ``h2``.
    """

    template: str
    read: Callable[..., dict[str, Any]]


PANELS: tuple[Panel, ...] = ()


@require_safe
@door(Permission.VIEW_PATIENT)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that is known of a patient."""
    return _page(request, opened(request, pk, page="patient"))


@require_safe
@door(Permission.VIEW_PATIENT)
def print_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper: traced as a print, and the browser asks for the printer."""
    return _page(request, opened(request, pk, page="patient.print", kind=AccessKind.PRINT), printed=True)


def _page(request: HttpRequest, patient: Patient, *, printed: bool = False) -> HttpResponse:
    by, at = actor(request), timezone.now()
    panels = [_shown(request, panel, patient, by=by, at=at) for panel in PANELS]
    facts = {"title": _("Dossier du patient"), "patient": patient, "panels": panels, "printed": printed}
    return render(request, "patients/patients/record.html", facts)


def _shown(request: HttpRequest, panel: Panel, patient: Patient, *, by: User, at: datetime) -> str:
    return render_to_string(panel.template, {"patient": patient} | panel.read(patient, by=by, at=at), request)
