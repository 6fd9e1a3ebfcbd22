"""Random histories of a small ward: acts, undos, corrections, merges, what another system tells late or takes back.

After each step the places are what the ledgers say, nobody is lost, nobody is in two places, no bed holds two, whoever
waits for a bed waits for somebody, and a board that was only told what changed shows what the whole board shows.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import example, given, note, settings
from hypothesis import strategies as st

from amh.board import boards, heads, people
from amh.board.audiences import Audience
from amh.board.topics import BoardTopic
from amh.core.errors import Refusal
from amh.core.models import Change
from amh.core.transactions import VIOLATIONS
from patients.actions import (
    deaths,
    departures,
    leaves,
    merges,
    movements,
    placements,
    reconciliations,
    reservations,
    stays,
    swaps,
)
from patients.models import ExitMode, Merge, Movement, MovementKind, MovementSource, Placement, Stay, StayState
from patients.queries import locks
from patients.queries import movements as ledger
from patients.queries.occupancy import occupancy
from patients.queries.waiting import around
from patients.rules.claims import overlap
from patients.rules.reconciliations import Answer
from patients.rules.undos import projected
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, told
from wards.models import Bed, BedKind

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PAUSE = 7 * MINUTE


@dataclass
class Ward:
    """Three patients, one of whom has two stays and two who may be confused; four places for them, and the hour."""

    now: datetime = NOW
    beds: list[Bed] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    def __post_init__(self) -> None:
        unit, other = a_unit(), a_unit()
        self.beds = [a_bed(unit), a_bed(unit), a_bed(other), a_bed(other, kind=BedKind.CHAIR)]
        twice = a_patient("Durand")
        these = (twice, twice, a_patient("Durant"), a_patient("Martin"))
        self.stays = [expected(unit, patient=who, at=NOW) for who in these]


@dataclass(frozen=True)
class Step:
    """An act drawn by chance: which, on which stay, with which other and which bed, how long ago it happened."""

    act: str
    stay: int
    other: int
    bed: int
    ago: int

    def play(self, ward: Ward) -> object:
        """Do it; a refusal changes nothing."""
        stay, other = (Stay.objects.get(pk=ward.stays[number].pk) for number in (self.stay, self.other))
        when = {"by": None, "at": ward.now, "effective_at": ward.now - self.ago * MINUTE}
        bed = ward.beds[self.bed]
        if self.act in ALONE:
            return ALONE[self.act](stay, when)
        if self.act in WITH_A_BED:
            return WITH_A_BED[self.act](stay, bed, when)
        if self.act in DRAWN:
            return DRAWN[self.act](self, stay, when)
        if self.act in WITH_ANOTHER:
            return WITH_ANOTHER[self.act](stay, other, when)
        return tell(self, stay, bed, when)


def tell(step, stay, bed, when):
    told_kinds = (
        MovementKind.PREADMISSION,
        MovementKind.ADMISSION,
        MovementKind.TRANSFER,
        MovementKind.LEAVE,
        MovementKind.RETURN,
        MovementKind.DISCHARGE,
    )
    kind = told_kinds[(step.other + step.bed + step.ago) % len(told_kinds)]
    placed = kind not in (MovementKind.DISCHARGE, MovementKind.LEAVE)
    mode = ExitMode.DEATH if kind == MovementKind.DISCHARGE and step.ago % 5 == 0 else ""
    return told(stay, kind, at=when["effective_at"], place=bed if placed else None, now=when["at"], mode=mode)


def take_back(step, stay, when):
    said = list(stay.movements.standing().filter(source=MovementSource.FEED).order_by("pk"))
    if said:
        movement = said[step.bed % len(said)]
        movement.stay = locks.to_move(stay.pk)[stay.pk]
        movements.cancel(movement, by=None, at=when["at"])


def merge(stay, other, when):
    return merges.merge(survivor=stay.patient, merged=other.patient, reason="", by=None, at=when["at"])


def unmerge(step, stay, when):
    standing = list(Merge.objects.filter(undone_at=None).order_by("-pk"))
    return standing and merges.undo(merge=standing[step.bed % len(standing)], by=None, at=when["at"])


def undo(stay, when):
    last = ledger.last(stay)
    return last and movements.undo(movement=last, by=None, at=when["at"])


def retime(stay, when):
    last = ledger.last(stay)
    return last and movements.retime(movement=last, effective_at=when["effective_at"], by=None, at=when["at"])


def leave(stay, when):
    return leaves.leave(stay=stay, until=when["at"] + 60 * MINUTE, **when)


def reserve(stay, bed, when):
    soon = when["at"] + 60 * MINUTE
    return reservations.reserve(stay=stay, bed=bed, expected_at=soon, by=None, at=when["at"])


def reconcile(step, stay, when):
    answer = list(Answer)[step.bed % len(Answer)]
    return reconciliations.reconcile(stay=stay, answer=answer, by=None, at=when["at"])


ALONE = {
    "leave": leave,
    "come back": lambda stay, when: leaves.come_back(stay=stay, **when),
    "lounge": lambda stay, when: departures.to_lounge(stay=stay, **when),
    "depart": lambda stay, when: departures.depart(stay=stay, **when),
    "discharge": lambda stay, when: stays.discharge(stay=stay, **when),
    "die": lambda stay, when: deaths.die(stay=stay, **when),
    "body left": lambda stay, when: deaths.body_left(stay=stay, **when),
    "undo": undo,
    "retime": retime,
}
WITH_A_BED = {
    "place": lambda stay, bed, when: stays.place(stay=stay, bed=bed, **when),
    "move": lambda stay, bed, when: stays.move(stay=stay, to=bed, **when),
    "wait": lambda stay, bed, when: stays.wait(stay=stay, unit=bed.room.unit, **when),
    "reserve": reserve,
}
WITH_ANOTHER = {
    "swap": lambda stay, other, when: swaps.swap(stay=stay, other=other, **when),
    "merge": merge,
}
DRAWN = {"reconcile": reconcile, "take back": take_back, "undo a merge": unmerge}
TELLING = ("tell", "tell again", "tell more")
ACTS = [*ALONE, *WITH_A_BED, *WITH_ANOTHER, *DRAWN, *TELLING, "place", "swap"]

steps = st.builds(
    Step,
    st.sampled_from(ACTS),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([0, 0, 1, 5, 20, 45, 65]),
)


class Screen:
    """A board opened before an act: the cards and heads that the change feed names are shown anew, as in a browser."""

    audience = Audience("fr", None)

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.read = set(Change.objects.values_list("pk", flat=True))
        self.cards, self.heads = self.whole()

    def whole(self) -> tuple[dict[int, str], dict[int, str]]:
        """Every card and every head of the board, read at once."""
        return self._shown(boards.read(self.at))

    def stale(self) -> dict[int, tuple[str, str]]:
        """What it shows once the feed was read, and what it should: cards by bed, heads by minus their unit."""
        self.follow()
        shown, whole = [self._by_ref(*both) for both in ((self.cards, self.heads), self.whole())]
        return {ref: (shown.get(ref, ""), said) for ref, said in whole.items() if shown.get(ref) != said}

    @staticmethod
    def _by_ref(cards: dict[int, str], told: dict[int, str]) -> dict[int, str]:
        return cards | {-pk: head for pk, head in told.items()}

    def follow(self) -> None:
        """Show what has changed since."""
        news = Change.objects.filter(topic=BoardTopic.source).exclude(pk__in=self.read)
        collected = BoardTopic().collect(set(news.values_list("ref", flat=True)), at=self.at)
        cards, self_heads = self._shown(collected.board)
        self.cards |= {bed: card for bed, card in cards.items() if bed in collected.bed_ids}
        self.heads |= self_heads

    def _shown(self, board: boards.Board) -> tuple[dict[int, str], dict[int, str]]:
        cards = {row.bed_id: board.card(row, self.audience) for row in board.rows}
        told = {unit.pk: board.head(unit, self.audience) for unit in board.units}
        return cards, {pk: heads.html(head, language=self.audience.language) for pk, head in told.items()}


LEAVE_TOLD_AGAIN = [
    *(Step("tell", 3, 0, 0, 20), Step("reserve", 0, 0, 0, 0), Step("tell", 3, 3, 3, 45)),
    Step("tell again", 3, 2, 0, 1),
]
"""A leave that another system tells anew with another hour: the card says when it began."""


NAMESAKE_KEPT_ELSEWHERE = [Step("reserve", 2, 0, 3, 0), Step("place", 0, 0, 2, 0), Step("reserve", 2, 0, 0, 0)]
"""A bed is kept for somebody in another unit than before: there the card of a namesake warns no more."""


@example(LEAVE_TOLD_AGAIN)
@example(NAMESAKE_KEPT_ELSEWHERE)
@settings(max_examples=settings.default.max_examples // 10)
@given(st.lists(steps, min_size=6, max_size=18))
def test_places_are_what_the_ledgers_say_after_any_history(history):
    with transaction.atomic():
        ward = Ward()
        for step in history:
            ward.now += PAUSE
            screen, written = Screen(ward.now), rows()
            note(f"{step} at {ward.now:%H:%M}: {outcome(step, ward)}")
            check(ward)
            assert screen.stale() == {}
            assert written <= rows()
        untouched(ward)
        transaction.set_rollback(True)


def rows():
    """Stays and movements: an act adds some, none ever takes one away."""
    return {(model, pk) for model in (Stay, Movement) for pk in model.objects.values_list("pk", flat=True)}


def outcome(step, ward):
    code = "done"
    try:
        step.play(ward)
    except Refusal as refusal:
        code = refusal.code
    assert code not in VIOLATIONS, "the rule must refuse before the database does"
    return code


def check(ward):
    places = list(Placement.objects.select_related("stay").order_by("starts_at", "pk"))
    held = [place for place in places if not place.to_confirm]
    for place in places:
        rivals = [other for other in held if _rivals(place, other) and overlap(place, other)]
        assert bool(rivals) == place.to_confirm, f"{place.pk} of {place.stay_id}"
    for stay in Stay.objects.all():
        projection = projected(list(stay.movements.standing()))
        mine = [place for place in places if place.stay_id == stay.pk]
        assert _joined(mine) == [(s.unit_id, s.bed_id, s.starts_at, s.ends_at) for s in projection.segments]
        for name in ("state", "admitted_at", "discharged_at", "exit_mode", "on_leave_until"):
            assert getattr(stay, name) == getattr(projection, name)
    assert all(place.patient_id == place.stay.patient_id for place in places)
    _check_counts(ward, places)


def _rivals(one, other):
    if one.stay_id == other.stay_id:
        return False
    wanted = one.bed_id or one.wanted_bed_id
    same_bed = wanted is not None and other.bed_id == wanted
    return same_bed or (one.patient_id == other.patient_id and not one.exempt and not other.exempt)


def _joined(places):
    """The places of a stay with what is to be confirmed put together again with what is not."""
    joined = []
    for place in places:
        key = (place.unit_id, place.bed_id or place.wanted_bed_id)
        if joined and joined[-1][:2] == key and joined[-1][3] == place.starts_at:
            joined[-1] = (*joined[-1][:3], place.ends_at)
        else:
            joined.append((*key, place.starts_at, place.ends_at))
    return joined


def _check_counts(ward, places):
    now = [p for p in places if p.starts_at <= ward.now and (p.ends_at is None or p.ends_at > ward.now)]
    rows = occupancy(ward.now)
    assert {row.bed_id: row.stay_id for row in rows if row.occupied_since} == {
        p.bed_id: p.stay_id for p in now if p.bed_id
    }
    states = Counter(dict(Stay.objects.values_list("pk", "state")))
    calm = (StayState.ON_LEAVE, StayState.DISCHARGED)
    without = {p.stay_id for p in now if p.bed_id is None and states[p.stay_id] not in calm}
    listed = [one for one in around(ward.now) if not one.away]
    assert {one.stay_id for one in listed if one.since} == without
    assert all((one.other_stay_id is not None) == one.to_confirm for one in listed)
    _check_heads(ward, rows, without, listed)


AWAY = {people.Standing.AWAITED, people.Standing.LEAVE, people.Standing.LOUNGE}
THERE = set(people.Standing) - AWAY
"""The lists of those who are in a unit without a bed."""


def _check_heads(ward, rows, without, listed):
    board = boards.read(ward.now)
    told = [board.head(unit, Screen.audience) for unit in board.units]
    lying = [row for row in rows if row.occupied_since and not row.deceased]
    assert sum(head.numbers.taken for head in told) == len(lying)
    for unit, head in zip(board.units, told, strict=True):
        alone = boards.read(ward.now, unit_ids=[unit.pk])
        assert alone.head(unit, Screen.audience) == head, "read alone, a unit says what it says within the hospital"
    assert sum(sum(number for _state, number in head.counts) for head in told) == len(ward.beds)
    assert sum(head.number(key) for head in told for key in THERE) == len(without)
    assert sum(head.number(people.Standing.AWAITED) for head in told) == sum(one.since is None for one in listed)


def untouched(ward):
    """Rebuilding any stay changes nothing."""
    for stay in ward.stays:
        touched = placements.rebuild([locks.to_move(stay.pk)[stay.pk]], at=ward.now)
        assert (touched.beds, touched.units, touched.stays) == (set(), set(), set())
