"""The board at a moment is the ledger read up to that moment: told by a second reader, who shares no code with it.

Acts are entered in order, each at an hour of its own that may be long past; some are taken back, or moved in time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import example, given, note, settings
from hypothesis import strategies as st

from patients.actions import deaths, departures, leaves, movements, stays, swaps
from patients.models import Movement, Stay, StayState
from patients.queries import movements as ledger
from patients.queries.occupancy import occupancy
from patients.queries.waiting import around
from tests.lengths import THOROUGH
from tests.patients.test_histories import MINUTE, PAUSE, Ward, outcome

pytestmark = pytest.mark.django_db

ARRIVALS = {"admission", "transfer", "return"}
ENDS = {"lounge", "departure", "discharge"}
RANKS = ["preadmission", "admission", "transfer", "leave", "return", "lounge", "death", "departure", "discharge"]
"""What comes first of two things of the same instant."""


def undo(stay, when):
    last = ledger.last(stay)
    return last and movements.undo(movement=last, by=None, at=when["at"])


def retime(stay, when):
    last = ledger.last(stay)
    return last and movements.retime(movement=last, effective_at=when["effective_at"], by=None, at=when["at"])


ALONE = {
    "leave": lambda stay, when: leaves.leave(stay=stay, until=when["at"] + 60 * MINUTE, **when),
    "come back": lambda stay, when: leaves.come_back(stay=stay, **when),
    "lounge": lambda stay, when: departures.to_lounge(stay=stay, **when),
    "discharge": lambda stay, when: stays.discharge(stay=stay, **when),
    "die": lambda stay, when: deaths.die(stay=stay, **when),
    "body left": lambda stay, when: deaths.body_left(stay=stay, **when),
    "undo": undo,
    "retime": retime,
}
WITH_A_BED = {
    "admit": lambda stay, bed, when: stays.admit(stay=stay, unit=bed.room.unit, bed=bed, **when),
    "arrive": lambda stay, bed, when: stays.admit(stay=stay, unit=bed.room.unit, bed=None, **when),
    "place": lambda stay, bed, when: stays.place(stay=stay, bed=bed, **when),
    "move": lambda stay, bed, when: stays.move(stay=stay, to=bed, **when),
    "wait": lambda stay, bed, when: stays.wait(stay=stay, unit=bed.room.unit, **when),
}
VERBS = [*ALONE, *WITH_A_BED, "swap", "admit", "arrive", "admit", "arrive", "leave", "move"]


class Act(NamedTuple):
    """Something entered by hand: which verb, of which stay, with which other and which bed, how long ago it was."""

    verb: str
    stay: int
    other: int
    bed: int
    ago: int

    def play(self, ward: Ward) -> object:
        """Do it; a refusal changes nothing."""
        stay, other = (Stay.objects.get(pk=ward.stays[number].pk) for number in (self.stay, self.other))
        when = {"by": None, "at": ward.now, "effective_at": ward.now - self.ago * MINUTE}
        if self.verb in ALONE:
            return ALONE[self.verb](stay, when)
        if self.verb in WITH_A_BED:
            return WITH_A_BED[self.verb](stay, ward.beds[self.bed], when)
        return swaps.swap(stay=stay, other=other, **when)


acts = st.builds(
    Act,
    st.sampled_from(VERBS),
    st.sampled_from([0, 0, 0, 2, 2, 3]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([0, 0, 0, 3, 10, 25]),
)
"""Most acts are of the same stay: of others it would be too early for them."""


class Place(NamedTuple):
    """Where somebody is: in a unit, in a bed of it or in none."""

    unit_id: int
    bed_id: int | None


def replayed(at: datetime) -> dict[int, Place]:
    """Where each stay is at a moment: the last thing that happened to it and was not taken back."""
    said = Movement.objects.filter(cancelled_at=None, effective_at__lte=at).exclude(kind="preadmission")
    places: dict[int, Place] = {}
    for movement in in_order(said):
        if movement.kind in ENDS:
            places.pop(movement.stay_id, None)
        elif movement.kind in ARRIVALS and movement.unit_id:
            places[movement.stay_id] = Place(movement.unit_id, movement.bed_id)
    return places


def in_order(said: Iterable[Movement]) -> list[Movement]:
    return sorted(said, key=lambda one: (one.effective_at, RANKS.index(one.kind), one.pk))


@settings(max_examples=200 if THOROUGH else 25)
@example([Act("arrive", 0, 0, 0, 0), Act("leave", 0, 0, 0, 0)], [])
@given(st.lists(acts, min_size=6, max_size=14), st.lists(st.integers(-60, 120), min_size=3, max_size=3))
def test_the_board_at_a_moment_is_the_ledger_up_to_it(history, far):
    with transaction.atomic():
        ward = Ward()
        for act in history:
            ward.now += PAUSE
            note(f"{act} at {ward.now:%H:%M}: {outcome(act, ward)}")
            for minutes in (-30, -12, -PAUSE // MINUTE, -1, 0, *far):
                check(ward.now + minutes * MINUTE)
        transaction.set_rollback(True)


def check(at: datetime) -> None:
    places = replayed(at)
    assert {row.bed_id: row.stay_id for row in occupancy(at) if row.occupied_since} == {
        place.bed_id: stay for stay, place in places.items() if place.bed_id
    }
    listed = [one for one in around(at) if one.since and one.away != StayState.LOUNGE]
    assert {one.stay_id for one in listed if one.wanted_bed_id is None or not one.away} == {
        stay for stay, place in places.items() if place.bed_id is None
    }
