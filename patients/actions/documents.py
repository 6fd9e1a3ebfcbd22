"""Documents of a record: their bytes are checked, scanned and stored first; then they become a row.

What is stored without becoming a row, because the row was refused or the process died, is swept away.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from amh.core import audit, scanners, storages
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.transactions import act
from patients.actions import facts, tasks
from patients.models import Document, DocumentKind, Patient, ScanOutcome, Source, Stay
from patients.models.documents import new_series
from patients.queries import documents, locks
from patients.queries.facts import resting_on
from patients.rules import documents as rules
from patients.rules import pdfs

UNKNOWN_AFTER = timedelta(hours=1)
"""How long a stored file may wait for its row before it is swept away."""


@dataclass(frozen=True)
class Filed:
    """A file that was checked and lies in the storage, not yet a document."""

    key: str
    sha256: str
    size: int
    pages: int
    scan: ScanOutcome


@dataclass(frozen=True)
class Labels:
    """What is said of a document."""

    kind: DocumentKind
    title: str = ""
    source: Source = Source.RECEIVED
    withheld: bool = False
    stay: Stay | None = None


def add(*, patient: Patient, content: bytes, labels: Labels, by: User | None, at: datetime) -> Document:
    """Keep a PDF in a record.

    Raises ``Invalid`` beside ``file`` for what is no plain whole PDF or is infected, ``Conflict`` (in the record
    already, scanner or storage away, record merged) or ``Denied``; nothing is kept then.
    """
    rules.check_add(patient, labels.stay, by=by, at=at)
    rules.check_new(patient, _digest(content), now=at)
    filed = _file(content)
    try:
        return enter(patient=patient, filed=filed, labels=labels, by=by, at=at)
    except BaseException:
        storages.discard(filed.key)
        raise


def replace(*, document: Document, content: bytes, by: User | None, at: datetime) -> Document:
    """Keep a new version of a document, with the same labels. Raises what ``add`` raises.

    ``Conflict`` too when ``document`` is not the version that holds any more: of two who replace it at the same moment
    one wins, and the other is told who.
    """
    rules.check_add(document.patient, document.stay, by=by, at=at)
    rules.check_new(document.patient, _digest(content), now=at)
    filed = _file(content)
    try:
        return enter_version(document=document, filed=filed, by=by, at=at)
    except BaseException:
        storages.discard(filed.key)
        raise


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _file(content: bytes) -> Filed:
    """Check, scan and store, with no transaction held: it takes as long as the file is big."""
    pages = pdfs.check(content)
    scan = ScanOutcome.CLEAN if scanners.scan(content) else ScanOutcome.NOT_SCANNED
    return Filed(storages.keep(content), _digest(content), len(content), pages, scan)


@act
def enter(*, patient: Patient, filed: Filed, labels: Labels, by: User | None, at: datetime) -> Document:
    """Make a stored file the first version of a document. Raises ``Conflict`` or ``Denied``."""
    patient = locks.patient(patient.pk)
    rules.check_add(patient, labels.stay, by=by, at=at)
    rules.check_new(patient, filed.sha256, now=at)
    return _write(patient, filed, labels, series=new_series(), version=1, verb="add", by=by, at=at)


@act
def enter_version(*, document: Document, filed: Filed, by: User | None, at: datetime) -> Document:
    """Make a stored file the next version of a document. Raises ``Conflict`` or ``Denied``."""
    document = _locked(document, by=by, at=at)
    rules.check_latest(document, now=at)
    rules.check_new(document.patient, filed.sha256, now=at)
    labels = Labels(
        DocumentKind(document.kind), document.title, Source(document.source), document.withheld, document.stay
    )
    series, version = document.series, document.version + 1
    return _write(document.patient, filed, labels, series=series, version=version, verb="replace", by=by, at=at)


def _write(
    patient: Patient,
    filed: Filed,
    labels: Labels,
    *,
    series: UUID,
    version: int,
    verb: str,
    by: User | None,
    at: datetime,
) -> Document:
    document = Document(
        series=series,
        version=version,
        patient=patient,
        stay=labels.stay,
        kind=labels.kind,
        title=labels.title.strip(),
        source=labels.source,
        withheld=labels.withheld,
        storage_key=filed.key,
        sha256=filed.sha256,
        size=filed.size,
        pages=filed.pages,
        scan=filed.scan,
        entered_at=at,
        entered_by=by,
    )
    document.save()
    _record(verb, document, by=by, at=at)
    return document


@act
def withdraw(*, document: Document, reason: str, by: User | None, at: datetime) -> None:
    """Take a document back, every version of it; the facts that rest on one stand no more.

    The bytes stay, nobody opens them.

    Raises ``Conflict`` (replaced or withdrawn meanwhile), ``Invalid`` (no reason) or ``Denied``.
    """
    reason = reason.strip()
    document = _locked(document, by=by, at=at)
    rules.check_latest(document, now=at)
    rules.check_withdraw(reason)
    _mark("withdraw", document, by=by, at=at, withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason)
    for fact in resting_on(document):
        facts.falls(fact, by=by, at=at)


@act
def restore(*, document: Document, by: User | None, at: datetime) -> None:
    """Undo a withdrawal, of every version.

    Raises ``Conflict`` (stands already, filed anew since, too long ago) or ``Denied``.
    """
    document = _locked(document, by=by, at=at)
    rules.check_restore(document, by=by, now=at)
    rules.check_new(document.patient, documents.newest(document).sha256, now=at)
    _mark("restore", document, by=by, at=at, withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
    for fact in resting_on(document):
        facts.stands(fact, by=by, at=at)


def _mark(verb: str, document: Document, *, by: User | None, at: datetime, **withdrawn: object) -> None:
    Document.objects.filter(series=document.series).update(**withdrawn)
    _record(verb, document, by=by, at=at)


@act
def release(*, document: Document, by: User | None, at: datetime) -> None:
    """Say that a withheld document may be handed to the patient (WR-26).

    Raises ``Conflict`` (not withheld, not announced yet, replaced or withdrawn) or ``Denied``.
    """
    document = _locked(document, by=by, at=at)
    rules.check_latest(document, now=at)
    rules.check_release(document, by=by)
    _set_withheld(document, False, "release", by=by, at=at)


@act
def withhold(*, document: Document, by: User | None, at: datetime) -> None:
    """Keep a document from the patient until the announcement; twice is once. Raises ``Conflict`` or ``Denied``."""
    document = _locked(document, by=by, at=at)
    rules.check_latest(document, now=at)
    if not document.withheld:
        _set_withheld(document, True, "withhold", by=by, at=at)


def _set_withheld(document: Document, withheld: bool, verb: str, *, by: User | None, at: datetime) -> None:
    document.withheld = withheld
    document.save(update_fields=["withheld"])
    _record(verb, document, by=by, at=at)


def _locked(document: Document, *, by: User | None, at: datetime) -> Document:
    patient = locks.patient(document.patient_id)
    document = Document.objects.select_related("stay", "withdrawn_by").get(pk=document.pk)
    document.patient = patient
    rules.check_add(patient, document.stay, by=by, at=at)
    return document


def read(*, document: Document, at: datetime) -> bytes:
    """The bytes of a document, proven to be those that were kept.

    Raises ``Conflict`` for a file that is lost or was changed on the disk; the administrator then has a task.
    """
    content = storages.content(document.storage_key)
    if content is not None and _digest(content) == document.sha256:
        return content
    params = {"document": document.pk}
    tasks.ask(
        kind="document_altered", params=params, source_key=f"document_altered:{document.pk}", by=None, at=at, again=True
    )
    sentence = _(
        "Le fichier de ce document est perdu ou a été altéré : il n’est pas ouvert. L’administrateur est prévenu."
    )
    raise Conflict(sentence, code="document_altered")


@act
def sweep(*, at: datetime) -> int:
    """Delete the stored files that never became documents; return how many."""
    keys = documents.unknown(storages.keys(before=at - UNKNOWN_AFTER))
    for key in keys:
        storages.discard(key)
    return len(keys)


def _record(verb: str, document: Document, *, by: User | None, at: datetime) -> None:
    facts_: dict[str, Any] = {"kind": document.kind, "version": document.version, "stay": document.stay_id}
    audit.record(f"document.{verb}", subject=document, by=by, at=at, patient_id=document.patient_id, **facts_)
