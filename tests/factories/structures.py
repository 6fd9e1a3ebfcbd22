"""Listening to what is said of the structure, and the words for describing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from amh.core.models import AuditEntry
from wards import signals


@contextmanager
def told(action: str, *, units: tuple[object, ...], beds: tuple[object, ...] = (), at: datetime) -> Iterator[None]:
    """The act inside writes one audit line, ``action``, and tells of exactly these units and beds."""
    facts: list[dict[str, object]] = []

    def listen(sender: object, **said: object) -> None:
        facts.append({name: said[name] for name in ("unit_ids", "bed_ids", "at")})

    lines = AuditEntry.objects.count()
    signals.structure_changed.connect(listen, weak=False)
    try:
        yield
    finally:
        signals.structure_changed.disconnect(listen)
    assert [line.action for line in AuditEntry.objects.order_by("pk")[lines:]] == [action]
    assert facts == [{"unit_ids": {unit.pk for unit in units}, "bed_ids": {bed.pk for bed in beds}, "at": at}]
