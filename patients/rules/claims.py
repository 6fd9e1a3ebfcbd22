"""Who gets a bed when several movements claim it: the database holds one patient for a bed and one place for a patient.

What cannot be granted is a time « lit à confirmer » (WR-2): the place is kept as it was said, and holds no bed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from patients.models import Placement

FOREVER = datetime.max.replace(tzinfo=UTC)
"""The end of what has no end yet."""

Span = tuple[datetime, datetime]


class Claims:
    """Places that are held, and each claim in turn granted what nobody else holds by then."""

    def __init__(self, held: Iterable[Placement]) -> None:
        self.by_bed: dict[int, list[Placement]] = defaultdict(list)
        self.by_patient: dict[int, list[Placement]] = defaultdict(list)
        for place in held:
            self._hold(place)

    def grant(self, claim: Placement) -> list[Placement]:
        """The places that come out of a claim, in order: with its bed where it is free, to be confirmed elsewhere."""
        places, cursor, end = [], claim.starts_at, claim.ends_at or FOREVER
        for start, stop in _joined(self._barred(claim)):
            if cursor < start:
                places.append(_piece(claim, cursor, start))
            places.append(_piece(claim, max(cursor, start), min(stop, end), to_confirm=True))
            cursor = stop
        if cursor < end or not places:
            places.append(_piece(claim, cursor, end))
        for place in places:
            self._hold(place)
        return places

    def _hold(self, place: Placement) -> None:
        if not place.to_confirm:
            if place.bed_id is not None:
                self.by_bed[place.bed_id].append(place)
            if not place.exempt:
                self.by_patient[place.patient_id].append(place)

    def _barred(self, claim: Placement) -> Iterator[Span]:
        """When somebody else has the bed, or another stay the patient, during the claim."""
        others = self.by_bed[claim.bed_id] if claim.bed_id is not None else []
        own = [] if claim.exempt else self.by_patient[claim.patient_id]
        for place in (*others, *own):
            if place.stay_id != claim.stay_id and overlap(claim, place):
                yield place.starts_at, place.ends_at or FOREVER


def overlap(one: Placement, other: Placement) -> bool:
    """Tell whether two places share an instant; one of zero length shares none."""
    lasting = one.starts_at != one.ends_at and other.starts_at != other.ends_at
    return lasting and one.starts_at < (other.ends_at or FOREVER) and other.starts_at < (one.ends_at or FOREVER)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(stop, joined[-1][1])
        else:
            joined.append((start, stop))
    return joined


def _piece(claim: Placement, start: datetime, stop: datetime, *, to_confirm: bool = False) -> Placement:
    return Placement(
        stay_id=claim.stay_id,
        patient_id=claim.patient_id,
        unit_id=claim.unit_id,
        bed_id=None if to_confirm else claim.bed_id,
        wanted_bed_id=claim.bed_id if to_confirm else None,
        to_confirm=to_confirm,
        exempt=claim.exempt,
        starts_at=start,
        ends_at=None if stop == FOREVER else stop,
    )
