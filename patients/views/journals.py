"""« Qui a ouvert quel dossier, et pourquoi ? »: the journal of those in charge of data protection."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import audit, dates
from amh.core.doors import door
from amh.core.models import AccessKind
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.documents import reports
from patients.forms.journals import FindForm, JournalForm, ReportForm
from patients.models import Patient
from patients.queries import journals, traces
from patients.queries.traces import Cursor, Wish

UNPROCESSABLE = 422
AFTER = "apres"
"""The part of the address that says where a page begins."""


@require_safe
@door(Permission.VIEW_JOURNAL)
def readings(request: HttpRequest) -> HttpResponse:
    """Show who read what and by what right, the newest first. Reading this is itself traced."""
    form = JournalForm(request.GET, label_suffix="")
    asked = form.is_valid()
    wish = form.wish() if asked else Wish()
    rows, last = traces.page(traces.found(wish), after=_after(request)) if asked else ([], None)
    _trace(request, "journal", patient=wish.patient, count=len(rows), filters=sorted(form.asked))
    context = _context(request, wish.patient, "readings") | {
        "title": _("Qui a ouvert quel dossier, et pourquoi ?"),
        "form": form,
        "lines": journals.lines(rows),
        "access": wish.access,
        "next_url": _next(request, last),
        "first_url": _without(request, AFTER) if AFTER in request.GET else "",
    }
    return render(request, "patients/journals/readings.html", context, status=200 if asked else UNPROCESSABLE)


@require_safe
@door(Permission.VIEW_JOURNAL)
def acts(request: HttpRequest) -> HttpResponse:
    """Show what was done on the record of one patient, the newest first."""
    form = JournalForm(request.GET)
    patient = form.cleaned_data["patient"] if form.is_valid() else None
    rows, last = traces.page(traces.acts(patient), after=_after(request)) if patient else ([], None)
    _trace(request, "journal.acts", patient=patient, count=len(rows))
    context = _context(request, patient, "acts") | {
        "title": _("Qui a fait quoi sur ce dossier ?"),
        "lines": journals.act_lines(rows),
        "next_url": _next(request, last),
        "first_url": _without(request, AFTER) if AFTER in request.GET else "",
    }
    return render(request, "patients/journals/acts.html", context)


@require_POST
@door(Permission.VIEW_JOURNAL)
def find(request: HttpRequest) -> HttpResponse:
    """Offer the patients that a search may mean. What is typed travels in the body: addresses are kept in logs."""
    form = FindForm(request.POST)
    asked = form.is_valid()
    found = traces.candidates(form.cleaned_data["text"]) if asked else []
    known = journals.identities(found)
    _trace(request, "journal.find", count=len(found))
    context = _context(request, None, "readings") | {
        "title": _("De quel patient s’agit-il ?"),
        "find": form,
        "found": [known[pk] for pk in found],
    }
    return render(request, "patients/journals/found.html", context, status=200 if asked else UNPROCESSABLE)


@door(Permission.VIEW_JOURNAL)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Make what a patient is given who asks who opened their record: a PDF, or a table."""
    patient = get_object_or_404(Patient, pk=pk)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _report(request, patient, form)
    context = _context(request, patient, "readings") | {"title": _("Relevé des accès au dossier"), "form": form}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "patients/journals/report.html", context, status=status)


def _report(request: HttpRequest, patient: Patient, form: ReportForm) -> HttpResponse:
    now = timezone.now()
    since, until = form.bounds
    made = reports.report(patient, since=since, until=until, at=now)
    _trace(request, "journal.report", patient=patient, count=len(made.rows), kind=AccessKind.EXPORT)
    write, media_type = FORMATS[form.cleaned_data["format"]]
    response = HttpResponse(write(made), content_type=media_type)
    name = f"releve-acces-{patient.pk}-{dates.local(now):%Y-%m-%d}.{form.cleaned_data['format']}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


FORMATS: dict[str, tuple[Callable[[reports.Report], bytes], str]] = {
    "pdf": (reports.pdf, "application/pdf"),
    "csv": (reports.table, "text/csv; charset=utf-8"),
}


def _context(request: HttpRequest, patient: Patient | None, tab: str) -> dict[str, Any]:
    """What every page of the journal shows: whom it is about, its tabs, the search for a patient."""
    person = journals.identities({patient.pk})[patient.pk] if patient else None
    return {"tab": tab, "person": person, "find": FindForm()}


def _trace(request: HttpRequest, page: str, *, patient: Patient | None = None, **facts: Any) -> None:
    at = timezone.now()
    audit.trace(page, by=actor(request), at=at, ip=ip(request), patient_id=patient.pk if patient else None, **facts)


def _after(request: HttpRequest) -> Cursor | None:
    """Where the page begins; an address that says it badly begins at the newest."""
    moment, _sign, pk = request.GET.get(AFTER, "").rpartition("_")
    try:
        at = parse_datetime(moment)
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at) or not pk.isdecimal() or len(pk) > 18:
        return None
    return Cursor(at, int(pk))


def _next(request: HttpRequest, last: Cursor | None) -> str:
    if last is None:
        return ""
    params = request.GET.copy()
    params[AFTER] = f"{last.at.astimezone(UTC).isoformat()}_{last.pk}"
    return f"?{params.urlencode()}"


def _without(request: HttpRequest, name: str) -> str:
    params: QueryDict = request.GET.copy()
    params.pop(name, None)
    return f"?{params.urlencode()}"
