"""Facts that stand, and all that were ever stated."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from patients.models import Document, Fact, Stay

STANDING = Q(withdrawn_at=None, document__withdrawn_at=None)
"""Not withdrawn, nor resting on a document that was."""


def standing(stay_ids: Collection[int], *, kinds: Collection[str] | None = None) -> QuerySet[Fact]:
    """Facts that stand for these stays, the newest first; with all that their words need, in one query."""
    wanted = Q() if kinds is None else Q(kind__in=kinds)
    rows = Fact.objects.filter(STANDING, wanted, stay__in=stay_ids)
    return rows.select_related("author", "practitioner", "document").order_by("-entered_at", "-pk")


def same(stay: Stay, **stated: object) -> Fact | None:
    """The standing fact that says exactly this already."""
    return Fact.objects.filter(STANDING, stay=stay, **stated).order_by("-pk").first()


def stands_for(document: Document, kind: str) -> bool:
    """Tell whether a fact of that kind stands that can be about a document: of its stay, or not older than it is."""
    since = Q(happened_at__gte=document.entered_at) | Q(happened_at=None, entered_at__gte=document.entered_at)
    about = since if document.stay_id is None else since | Q(stay=document.stay_id)
    return Fact.objects.filter(STANDING, about, stay__patient=document.patient_id, kind=kind).exists()


def resting_on(document: Document) -> list[Fact]:
    """The facts that stand on this document, in whichever version."""
    rows = Fact.objects.filter(document__series=document.series, withdrawn_at=None)
    return list(rows.select_related("stay").order_by("pk"))


def of_stays(stay_ids: Collection[int]) -> list[Fact]:
    """All that was ever stated of these stays, the newest first, in one query."""
    rows = Fact.objects.filter(stay__in=stay_ids).select_related("author", "practitioner", "document", "withdrawn_by")
    return list(rows.order_by("-entered_at", "-pk"))
