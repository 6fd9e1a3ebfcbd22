"""What many tests ask in the same words."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amh.core.errors import Refusal
from amh.core.models import AuditEntry, Change
from patients.models import Placement, Stay


@contextmanager
def refused(kind: type[Refusal], code: str, *, field: str | None = None, saying: str = "") -> Iterator[None]:
    """The act inside is refused so, with a sentence that contains ``saying``."""
    with pytest.raises(kind) as caught:
        yield
    refusal = caught.value
    assert (type(refusal), refusal.code, refusal.field) == (kind, code, field)
    assert saying in refusal.sentence


@contextmanager
def recorded(action: str, *, beds: tuple[object, ...] = (), units: tuple[object, ...] = ()) -> Iterator[None]:
    """The act inside writes one audit line, ``action``, and announces exactly these beds and unit heads."""
    audits, changes = AuditEntry.objects.count(), Change.objects.count()
    yield
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")[audits:]] == [action]
    refs = {change.ref for change in Change.objects.order_by("pk")[changes:] if change.topic == "lits"}
    assert refs == {bed.pk for bed in beds} | {-unit.pk for unit in units}


@contextmanager
def nothing_written() -> Iterator[None]:
    """The act inside leaves no trace at all."""
    before = (AuditEntry.objects.count(), Change.objects.count(), Placement.objects.count())
    yield
    assert (AuditEntry.objects.count(), Change.objects.count(), Placement.objects.count()) == before


def places(stay: Stay) -> list[tuple[object, ...]]:
    """Where the patient of a stay was: unit, bed, from, to, in order."""
    rows = stay.placements.select_related("unit", "bed").order_by("starts_at", "pk")
    return [(row.unit, row.bed, row.starts_at, row.ends_at) for row in rows]


@contextmanager
def counted(queries: list[int]) -> Iterator[None]:
    """Add to ``queries`` the number of statements that the act inside sends."""
    with CaptureQueriesContext(connection) as captured:
        yield
    queries.append(len(captured))
