"""However a feed tells what happened, the end is that of what stands, told in order: cancels, late words, repeats."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import event, given, settings
from hypothesis import strategies as st

from amh.interop.models import InboundMessage, MessageState
from patients.models import Stay, StayState
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.places import a_bed, a_unit
from tests.interop.actions.feeding import feed
from tests.lengths import THOROUGH

pytestmark = pytest.mark.django_db
EXAMPLES = 40 if THOROUGH else 8
"""Each costs as much as thirty messages."""

PLACES = ["MED^201^F", "MED^201^P", "MED^202^F", "MED", "ONC^301^F"]
CANCELS = {"A01": "A11", "A02": "A12", "A03": "A13", "A05": "A38", "A21": "A52", "A22": "A53"}


@dataclass(frozen=True)
class Said:
    """One movement as its sender knows it."""

    number: str
    trigger: str
    at: datetime
    place: str

    def message(self, *, trigger: str = "", place: str = "", patient: str = "1", control_id: str = "") -> bytes:
        return adt(
            trigger or self.trigger,
            movement=f"{self.number}-{patient}",
            at=self.at,
            place=place or self.place,
            ipp=patient,
            visit=f"V{patient}",
            control_id=control_id,
        )


@st.composite
def courses(draw) -> list[Said]:
    """A stay from its beginning, in the order in which it happened."""
    kinds = (["A05"] if draw(st.booleans()) else []) + ["A01"]
    for _ in range(draw(st.integers(0, 4))):
        kinds += draw(st.sampled_from([["A02"], ["A21", "A22"]]))
    kinds += ["A03"] if draw(st.booleans()) else []
    minutes = draw(st.lists(st.integers(0, 2_000), min_size=len(kinds), max_size=len(kinds), unique=True))
    moments = [NOW - timedelta(minutes=3_000 - minute) for minute in sorted(minutes)]
    places = draw(st.lists(st.sampled_from(PLACES), min_size=len(kinds), max_size=len(kinds)))
    course, here = [], places[0]
    for number, (kind, at, place) in enumerate(zip(kinds, moments, places, strict=True)):
        here = place if kind in ("A05", "A01", "A02") else here
        course.append(Said(f"M{number}", kind, at, here))
    return course


@st.composite
def tellings(draw) -> tuple[list[Said], list[tuple[Said, bool]]]:
    """What stands at the end, and all that is told, in any order but that a cancellation comes after what it cancels.

    Each is what is told, and whether it is taken back.
    """
    course = draw(courses())
    taken_back = {said for said in course if draw(st.integers(0, 3)) == 0}
    told: list[tuple[Said, bool]] = [(said, False) for said in draw(st.permutations(course))]
    for said in taken_back:
        first = told.index((said, False))
        told.insert(draw(st.integers(first + 1, len(told))), (said, True))
    for again in draw(st.lists(st.sampled_from(told), max_size=3)):
        told.insert(draw(st.integers(told.index(again) + 1, len(told))), again)
    return [said for said in course if said not in taken_back], told


def place_before(told: list[Said], said: Said) -> str:
    """Where the sender thinks that the patient was before this movement."""
    earlier = [one for one in sorted(told, key=lambda one: one.at) if one.at < said.at]
    return earlier[-1].place if earlier else said.place


def outcome(patient: str) -> object:
    stay = Stay.objects.filter(visit_number=f"V{patient}").first()
    if stay is None or stay.state == StayState.CANCELLED:
        return None
    fields = ("unit__code", "bed__label", "wanted_bed__label", "to_confirm", "starts_at", "ends_at")
    places = list(stay.placements.order_by("starts_at").values_list(*fields))
    return stay.state, stay.admitted_at, stay.discharged_at, stay.exit_mode, places


def fed(messages: list[bytes], patient: str) -> object:
    """What stands after these messages, in a hospital of its own."""
    with transaction.atomic():
        for unit, beds in (("MED", [("201", "F"), ("201", "P"), ("202", "F")]), ("ONC", [("301", "F")])):
            here = a_unit(unit)
            for room, bed in beds:
                a_bed(here, room, bed)
        rows = feed(*messages)
        assert [row.reason for row in rows if row.state != MessageState.ACCEPTED] == []
        found = outcome(patient)
        transaction.set_rollback(True)
    return found


@settings(max_examples=EXAMPLES)
@given(tellings())
def test_the_end_is_that_of_what_stands_told_in_order(telling):
    standing, told = telling
    messages, known = [], []
    for number, (said, taken_back) in enumerate(told):
        if taken_back:
            known = [one for one in known if one != said]
            place = place_before(known, said)
            messages.append(said.message(trigger=CANCELS[said.trigger], place=place, control_id=f"C{number}"))
        else:
            known.append(said)
            messages.append(said.message(control_id=f"C{number}"))
    event(f"told {len(told)}, taken back {len(told) - len(standing)}")
    assert fed(messages, "1") == fed([said.message() for said in standing], "1")


@settings(max_examples=EXAMPLES)
@given(tellings(), tellings(), st.randoms(use_true_random=False))
def test_another_patient_in_between_changes_nothing(one, other, chance):
    alone = [said.message(trigger=CANCELS[said.trigger] if back else "") for said, back in one[1]]
    beside = [
        said.message(trigger=CANCELS[said.trigger] if back else "", patient="2", place="ONC") for said, back in other[1]
    ]
    mixed, left, right = [], list(alone), list(beside)
    while left or right:
        mixed.append((left or right).pop(0) if not (left and right) else chance.choice([left, right]).pop(0))
    assert fed(mixed, "1") == fed(alone, "1")
    assert InboundMessage.objects.count() == 0
