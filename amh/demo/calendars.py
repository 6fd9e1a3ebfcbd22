"""Which beds are taken when, while the demonstration is being planned."""

from datetime import datetime
from typing import NamedTuple

from wards.models import Bed


class Span(NamedTuple):
    """A time in a bed; ``end`` is ``None`` while it lasts."""

    start: datetime
    end: datetime | None


class Calendar:
    """The planned spans of every bed."""

    def __init__(self) -> None:
        self.spans: dict[int, list[Span]] = {}

    def take(self, bed: Bed, start: datetime, end: datetime | None = None) -> Bed:
        """Note that the bed is held from ``start`` to ``end``, and return it."""
        self.spans.setdefault(bed.pk, []).append(Span(start, end))
        return bed

    def is_free(self, bed: Bed, start: datetime, end: datetime) -> bool:
        """Tell whether nobody holds the bed between the two moments."""
        spans = self.spans.get(bed.pk, [])
        return all(end <= span.start or (span.end is not None and span.end <= start) for span in spans)

    def first_use(self, bed: Bed) -> datetime | None:
        """When the bed is first held."""
        return min((span.start for span in self.spans.get(bed.pk, [])), default=None)

    def is_held(self, bed: Bed) -> bool:
        """Tell whether somebody is in the bed for an open time."""
        return any(span.end is None for span in self.spans.get(bed.pk, []))
