"""Documents: whose they are, which version holds, which files nobody knows."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Document, Patient, ScanOutcome
from patients.queries import scopes


def visible(*, to: User, at: datetime) -> QuerySet[Document]:
    """Documents that ``to`` may open: those of the patients whose whole record opens to them."""
    return Document.objects.filter(patient__in=scopes.records(to=to, at=at, permission=Permission.VIEW_DOCUMENT))


def latest(rows: QuerySet[Document]) -> QuerySet[Document]:
    """The version that holds of each of these documents."""
    newer = Document.objects.filter(series=OuterRef("series"), version__gt=OuterRef("version"))
    return rows.exclude(Exists(newer))


def newest(document: Document) -> Document:
    """The version of a document that holds."""
    return Document.objects.select_related("entered_by").filter(series=document.series).latest("version")


def of_patient(patient: Patient) -> QuerySet[Document]:
    """The documents of a record as they hold, the last first, with who added them."""
    rows = latest(Document.objects.filter(patient=patient))
    return rows.select_related("entered_by", "withdrawn_by", "stay").order_by("-entered_at", "-pk")


def same(patient: Patient, digest: str) -> Document | None:
    """The document of a record that holds these very bytes now."""
    held = latest(Document.objects.filter(patient=patient, sha256=digest, withdrawn_at=None))
    return held.order_by("pk").first()


def unknown(keys: Iterable[str]) -> set[str]:
    """Those of these storage keys that belong to no document."""
    keys = set(keys)
    return keys - set(Document.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))


def unscanned() -> int:
    """How many documents stand that no virus scanner has read."""
    return Document.objects.filter(scan=ScanOutcome.NOT_SCANNED, withdrawn_at=None).count()
