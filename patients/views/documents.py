"""The documents of a record: added, opened, replaced, withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import answers, scanners
from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.models import User
from amh.core.requests import actor
from amh.core.roles import Permission
from patients.actions import documents as actions
from patients.actions.documents import Labels
from patients.forms.documents import DocumentForm, ReplaceForm
from patients.forms.facts import WithdrawForm
from patients.models import Document, DocumentKind, Patient, ScanOutcome
from patients.queries import documents, records
from patients.rules import documents as rules
from patients.rules.records import may_complete
from patients.views.openings import opened
from patients.views.records import opening, pressing, row

UPLOAD = "patients/documents/upload.html"


@dataclass(frozen=True)
class Shown:
    """A document as the record shows it."""

    document: Document
    by: User
    at: datetime

    @property
    def label(self) -> str:
        """What it is."""
        said = ", ".join(filter(None, [self.document.get_kind_display(), self.document.title]))
        return said[:1].upper() + said[1:]

    @property
    def unscanned(self) -> bool:
        """Whether no virus scanner has read it."""
        return self.document.scan == ScanOutcome.NOT_SCANNED

    @property
    def may_restore(self) -> bool:
        """Whether the reader has just withdrawn it."""
        return rules.may_restore(self.document, by=self.by, now=self.at)


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """The documents of a record as they hold, those withdrawn apart; whether the reader opens them, and adds any."""
    rows = [Shown(document, by, at) for document in documents.of_patient(patient)]
    return {
        "documents": [one for one in rows if one.document.withdrawn_at is None],
        "gone": [one for one in rows if one.document.withdrawn_at is not None],
        "may_view": may_complete(patient, by=by, at=at, permission=Permission.VIEW_DOCUMENT),
        "may_add": may_complete(patient, by=by, at=at, permission=Permission.ADD_DOCUMENT),
    }


@require_safe
@door(Permission.VIEW_DOCUMENT)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file itself, proven to be the one that was kept; its name says nothing."""
    document = get_object_or_404(Document.objects.select_related("patient", "withdrawn_by"), pk=pk)
    rules.check_view(document, by=actor(request), at=timezone.now())
    opened(request, document.patient_id, page="document", stay_id=document.stay_id, document=document.pk)
    return answers.pdf(actions.read(document=document, at=timezone.now()), name=f"document-{document.pk}")


@door(Permission.ADD_DOCUMENT)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to the record."""
    act = opening(request, pk, page="patient.document")
    start = {"stay": records.stays(act.patient).first()}
    form = DocumentForm(request.POST or None, request.FILES or None, patient=act.patient, initial=start)

    def keep(data: dict[str, Any]) -> Done:
        labels = Labels(DocumentKind(data["kind"]), data["title"], withheld=data["withheld"], stay=data["stay"])
        document = actions.add(patient=act.patient, content=data["file"].read(), labels=labels, by=act.by, at=act.at)
        return act.done(_("Document déposé : %s.") % document.get_kind_display())

    return act.dialog(form, _("Déposer un document"), _("Déposer ce document"), keep, template=UPLOAD)


@door(Permission.ADD_DOCUMENT)
def replace(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Add a new version of a document."""
    act = opening(request, pk, page="patient.document")
    document = row(Document, act, document_pk)
    form = ReplaceForm(request.POST or None, request.FILES or None)

    def keep(data: dict[str, Any]) -> Done:
        made = actions.replace(document=document, content=data["file"].read(), by=act.by, at=act.at)
        facts = {"kind": made.get_kind_display(), "version": made.version}
        return act.done(_("Document remplacé : %(kind)s, version %(version)d.") % facts)

    title = _("Remplacer : %s") % document.get_kind_display()
    return act.dialog(form, title, _("Déposer cette version"), keep, template=UPLOAD)


@door(Permission.ADD_DOCUMENT)
def withdraw(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Take a document back, with the reason."""
    act = opening(request, pk, page="patient.document")
    document = row(Document, act, document_pk)

    def do(data: dict[str, Any]) -> Done:
        actions.withdraw(document=document, reason=data["reason"], by=act.by, at=act.at)
        return act.done(_("Document retiré : %s.") % document.get_kind_display())

    title = _("Retirer : %s") % document.get_kind_display()
    return act.dialog(WithdrawForm(request.POST or None), title, _("Retirer ce document"), do)


@require_POST
@door(Permission.ADD_DOCUMENT)
def restore(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Undo a withdrawal."""
    act = pressing(request, pk)
    actions.restore(document=row(Document, act, document_pk), by=act.by, at=act.at)
    return act.finished(_("Document remis dans le dossier."))


@require_POST
@door(Permission.ADD_DOCUMENT)
def release(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Say that a withheld document may be handed over."""
    act = pressing(request, pk)
    actions.release(document=row(Document, act, document_pk), by=act.by, at=act.at)
    return act.finished(_("Ce document peut être remis au patient."))


@require_POST
@door(Permission.ADD_DOCUMENT)
def withhold(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Keep a document from the patient until the announcement."""
    act = pressing(request, pk)
    actions.withhold(document=row(Document, act, document_pk), by=act.by, at=act.at)
    return act.finished(_("Ce document n’est pas à remettre avant l’annonce."))


@require_safe
@door(Permission.SET_PARAMETERS)
def control(request: HttpRequest) -> HttpResponse:
    """Tell the administrator whether documents are read by a virus scanner, and how many were not."""
    configured = scanners.is_configured()
    facts = {
        "title": _("Documents : contrôle"),
        "configured": configured,
        "alive": configured and scanners.is_alive(),
        "unscanned": documents.unscanned(),
    }
    return render(request, "patients/documents/control.html", facts)
