"""Where what another system says of a patient's place and what hands said are not the same (WR-2).

Who is right is not decided here: the later effective time has won already, and somebody may say otherwise.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Subquery

from patients.models import Movement, MovementKind, MovementSource, Placement, StayState
from patients.queries.placements import reaching


class Kind(StrEnum):
    """Why somebody stands here, those that two people may be hurt by first."""

    CLAIMED = "claimed"
    DEPARTED = "departed"
    ELSEWHERE = "elsewhere"
    UNTOLD = "untold"


@dataclass(frozen=True)
class Disagreement:
    """A patient at ``place``, with the last word of the ``feed`` and of the ``hand`` about where they are.

    ``holder`` has the bed that was said, when it is to be confirmed.
    """

    kind: Kind
    place: Placement
    feed: Movement | None
    hand: Movement | None
    holder: Placement | None = None

    @property
    def since(self) -> datetime:
        """From when on the two do not agree: the later word of the two, said for when it says."""
        told = [one.effective_at for one in (self.feed, self.hand) if one is not None]
        return max(told, default=self.place.starts_at)


def disagreements(at: datetime, *, lag: timedelta, unit_ids: Collection[int] | None = None) -> list[Disagreement]:
    """Everyone of these units (``None``: all) of whom the feed and hands say two things, in the order of the kinds.

    Who was moved by hand is given ``lag`` before the feed ought to have told it too. Nobody who died is listed (WR-60).
    Three queries.
    """
    places = _places(at, unit_ids)
    said = Movement.objects.select_related("unit", "bed__room__unit", "entered_by").in_bulk(
        [pk for place in places for pk in (place.feed, place.hand) if pk]
    )
    holders = _holders(places, at)
    found = list(_found(places, said, holders, at - lag))
    return sorted(found, key=lambda one: (list(Kind).index(one.kind), one.since))


def _places(at: datetime, unit_ids: Collection[int] | None) -> list[Any]:
    told = Movement.objects.standing().filter(stay=OuterRef("stay")).exclude(kind=MovementKind.PREADMISSION)
    told = told.order_by("-effective_at", "-pk")
    placed = told.filter(unit__isnull=False).exclude(kind=MovementKind.DEPARTURE)
    rows = Placement.objects.filter(reaching(at), starts_at__lte=at).exclude(stay__state=StayState.DECEASED)
    if unit_ids is not None:
        rows = rows.filter(unit__in=unit_ids)
    said = {
        "feed": Subquery(told.filter(source=MovementSource.FEED).values("pk")[:1]),
        "hand": Subquery(placed.filter(source=MovementSource.HAND).values("pk")[:1]),
    }
    return list(rows.annotate(**said).select_related("stay", "patient", "unit", "bed__room", "wanted_bed__room"))


def _holders(places: Collection[Placement], at: datetime) -> dict[int, Placement]:
    wanted = {place.wanted_bed_id for place in places if place.wanted_bed_id}
    rows = Placement.objects.filter(reaching(at), starts_at__lte=at, bed__in=wanted).select_related("stay", "patient")
    return {row.bed_id: row for row in rows if row.bed_id}


def _found(
    places: Collection[Any], said: dict[int, Movement], holders: dict[int, Placement], before: datetime
) -> Iterator[Disagreement]:
    for place in places:
        feed, hand = said.get(place.feed), said.get(place.hand)
        kind = _kind(place, feed, hand, before)
        if kind is not None:
            yield Disagreement(kind, place, feed, hand, holders.get(place.wanted_bed_id or 0))


def _kind(place: Placement, feed: Movement | None, hand: Movement | None, before: datetime) -> Kind | None:
    if place.to_confirm:
        return Kind.CLAIMED
    if place.stay.state == StayState.DISCHARGED:
        return Kind.DEPARTED
    if feed is None or hand is None or not _apart(feed, hand):
        return None
    if feed.entered_at > hand.entered_at:
        return Kind.ELSEWHERE
    return Kind.UNTOLD if hand.entered_at <= before else None


def _apart(one: Movement, other: Movement) -> bool:
    """A unit that is told without a bed does not contradict a bed of it; a word without a place contradicts nothing."""
    if one.unit_id is None or other.unit_id is None:
        return False
    return one.unit_id != other.unit_id or (one.bed_id != other.bed_id and None not in (one.bed_id, other.bed_id))
