"""A board that is moved by a film is the board of the moment to which it was moved, card by card and head by head."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import given, note, settings
from hypothesis import strategies as st

from amh.board import boards, films
from amh.board.addresses import Query
from amh.board.audiences import Audience
from amh.board.films import Film, Lens
from amh.board.pages import Page
from amh.core.live import feed
from patients.actions import beds as bed_actions
from patients.actions import expected_discharges, leaves, stays
from patients.models import Certainty
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present
from tests.lengths import THOROUGH
from tests.patients.test_histories import MINUTE, PAUSE, Ward, outcome, steps
from wards.models import Bed, ClosureReason

pytestmark = pytest.mark.django_db
EVERYBODY = Audience("fr", None)
TEN, NOON = paris("10:00"), paris("12:00")


class Screen:
    """The parts of a page by their ids, as a browser has them, and how it is moved."""

    def __init__(self, at: datetime, lens: Lens) -> None:
        self.at, self.lens = at, lens
        self.parts = {_id(part): part for part in lens.parts(lens.read(at))}
        self.position = feed.position()

    def follow(self, film: Film) -> None:
        """Show the film; beds that came or went have the page loaded again."""
        for frame in film.frames:
            if frame.restructured:
                self.__init__(frame.at, self.lens)  # type: ignore[misc]
            self.parts |= {_id(part): part for part in frame.parts}
            self.at = frame.at
        self.position = film.position

    def jump(self, to: datetime) -> None:
        self.follow(films.jump(self.at, to, self.lens, position=self.position))

    def play(self, to: datetime) -> None:
        while self.at < to:
            self.follow(films.play(self.at, to, self.lens, position=self.position))


def _id(part: str) -> str:
    found = re.search(r'id="([\w-]+)"', part)
    assert found, part
    return found.group(1)


def page(at: datetime, lens: Lens) -> list[tuple[str, str]]:
    """The head and the cards of each unit on the page of that moment."""
    board = boards.read(at, planned=at > lens.now)
    sections = Page(board, Query(unit=lens.unit, at=at), lens.audience).context()["sections"]
    return [(str(section.head), str(section.cards)) for section in sections]


def same(screen: Screen, at: datetime) -> None:
    """Fail unless the screen has what the page of that moment has."""
    for head, cards in page(at, screen.lens):
        assert screen.parts[_id(head)] == head
        for card in re.findall(r"<article .*?</article>", cards, re.DOTALL):
            assert screen.parts[_id(card)].strip() == card


class Chore(NamedTuple):
    """What happens to a bed, or is foreseen for its patient, beside the acts on stays."""

    act: str
    bed: int
    ago: int

    def play(self, ward: Ward) -> object:
        """Do it; a refusal changes nothing."""
        bed, at = ward.beds[self.bed], ward.now
        match self.act:
            case "clean":
                return bed_actions.clean(bed=bed, by=None, at=at)
            case "close":
                until = at + (10 + self.ago) * MINUTE
                return bed_actions.close(bed=bed, reason=ClosureReason.WORKS, until=until, by=None, at=at)
            case _:
                said = {"expected_at": at + self.ago * MINUTE, "certainty": Certainty.PROBABLE}
                return expected_discharges.expect(stay=ward.stays[self.bed], **said, by=None, at=at)


chores = st.builds(Chore, st.sampled_from(["clean", "close", "expect"]), st.integers(0, 3), st.integers(1, 90))


@settings(max_examples=100 if THOROUGH else 15)
@given(
    st.lists(st.one_of(steps, chores), min_size=4, max_size=12),
    st.lists(st.integers(-100, 200), min_size=2, max_size=3),
    st.integers(-100, 200),
)
def test_a_board_that_is_moved_by_films_is_the_board_of_that_moment(history, minutes, clock):
    with transaction.atomic():
        ward = Ward()
        for step in history:
            ward.now += PAUSE
            note(f"{step} at {ward.now:%H:%M}: {outcome(step, ward)}")
        lens = Lens(EVERYBODY, NOW + clock * MINUTE)
        at, *others = (NOW.replace(second=0) + each * MINUTE for each in minutes)
        screen = Screen(at, lens)
        for to in others:
            screen.jump(to)
            same(screen, to)
        screen.play(to + 45 * MINUTE)
        same(screen, to + 45 * MINUTE)
        transaction.set_rollback(True)


@pytest.fixture
def ward():
    """A unit of three beds: somebody came at 10:20 and left at 11:40, somebody has been there since 9:00."""
    first, second, third = beds(a_unit("MED"), 3)
    visitor = present(first, at=paris("10:20"))
    stays.discharge(stay=visitor, by=None, at=NOW, effective_at=paris("11:40"))
    present(second, at=paris("09:00"))
    return first, second, third


def names(film: Film) -> list[tuple[str, list[str]]]:
    """What each frame shows anew, by its hour."""
    return [(f"{frame.at.astimezone(TEN.tzinfo):%H:%M}", [_id(part) for part in frame.parts]) for frame in film.frames]


def test_a_jump_shows_what_differs_at_its_end_whichever_way_it_goes(ward):
    first, _second, _third = ward
    head, lens = f"unite-{first.room.unit_id}", Lens(EVERYBODY, NOW)
    there = films.jump(TEN, paris("11:00"), lens)
    assert names(there) == [("11:00", [f"lit-{first.pk}", head])]
    assert names(films.jump(paris("11:00"), TEN, lens)) == [("10:00", [f"lit-{first.pk}", head])]
    assert names(films.jump(TEN, paris("10:10"), lens)) == [("10:10", [])]


def test_a_film_that_is_played_stops_where_something_changes(ward):
    first, _second, _third = ward
    both = [f"lit-{first.pk}", f"unite-{first.room.unit_id}"]
    played = films.play(TEN, NOON, Lens(EVERYBODY, NOW))
    assert names(played) == [("10:20", both), ("11:40", both), ("12:00", [])]


def test_what_only_its_hour_makes_late_is_shown_the_minute_after():
    bed, lens = a_bed(a_unit()), Lens(EVERYBODY, NOW)
    stay = present(bed, at=paris("09:00"))
    expected_discharges.expect(stay=stay, expected_at=NOON, certainty=Certainty.CERTAIN, by=None, at=TEN)
    first = films.play(paris("11:30"), paris("12:30"), lens).frames[0]
    assert (first.at, _id(first.parts[0])) == (NOON + MINUTE, f"lit-{bed.pk}")
    assert "overdue" in first.parts[0]


def test_midnight_and_the_present_minute_are_looked_at(ward):
    evening, night = paris("23:50"), paris("2026-11-22 00:10")
    assert "00:00" in [hour for hour, _parts in names(films.play(evening, night, Lens(EVERYBODY, NOW)))]
    _first, second, _third = ward
    expected_discharges.expect(
        stay=second.placements.get().stay, expected_at=paris("13:00"), certainty=Certainty.CERTAIN, by=None, at=TEN
    )
    played = films.play(paris("14:20"), paris("14:40"), Lens(EVERYBODY, NOW))
    assert [hour for hour, _parts in names(played)] == ["14:33", "14:40"], "to come, it was not late yet"


def test_one_unit_has_its_own_cards_and_every_head(ward):
    first, _second, _third = ward
    other = a_bed(a_unit("ONC"))
    present(other, at=paris("10:30"))
    (frame,) = films.jump(TEN, paris("11:00"), Lens(EVERYBODY, NOW, "MED")).frames
    assert {_id(part) for part in frame.parts} == {
        f"lit-{first.pk}",
        f"unite-{first.room.unit_id}",
        f"unite-{other.room.unit_id}",
    }


def test_names_are_for_those_who_may_know_them_and_are_counted(ward):
    first, _second, _third = ward
    stranger = Audience("fr", frozenset())
    masked = films.jump(TEN, paris("11:00"), Lens(stranger, NOW))
    assert ("PATIENT" in "".join(masked.frames[0].parts), masked.named) == (False, 0)
    told = films.jump(TEN, paris("11:00"), Lens(EVERYBODY, NOW))
    assert ("PATIENT" in "".join(told.frames[0].parts), told.named) == (True, 1)
    present(first.room.unit, patient=a_patient("Sanslit"), at=paris("10:40"))
    assert films.jump(TEN, paris("11:00"), Lens(EVERYBODY, NOW)).named == 2


def test_a_bed_that_came_has_the_page_loaded_again(ward):
    first, _second, _third = ward
    a_bed(first.room.unit, valid_from=paris("10:50"))
    (frame,) = films.jump(TEN, paris("11:00"), Lens(EVERYBODY, NOW)).frames
    assert (frame.restructured, frame.parts) == (True, ())
    played = films.play(TEN, paris("11:00"), Lens(EVERYBODY, NOW))
    assert [(hour, frame.restructured) for (hour, _), frame in zip(names(played), played.frames, strict=True)] == [
        ("10:20", False),
        ("10:50", True),
    ]


def test_what_was_said_since_the_page_was_made_comes_with_the_first_frame(ward):
    _first, _second, third = ward
    lens, screen = Lens(EVERYBODY, NOW), Screen(TEN, Lens(EVERYBODY, NOW))
    stays.admit(
        stay=expected(third.room.unit, at=paris("08:00")),
        unit=third.room.unit,
        bed=third,
        by=None,
        at=NOW,
        effective_at=paris("09:30"),
    )
    assert f"lit-{third.pk}" not in dict(names(films.jump(TEN, paris("10:10"), lens)))["10:10"]
    screen.jump(paris("10:10"))
    same(screen, paris("10:10"))


def test_a_position_that_is_too_old_has_the_page_loaded_again(ward):
    ahead = films.jump(TEN, NOON, Lens(EVERYBODY, NOW), position=2**62)
    assert [frame.restructured for frame in ahead.frames] == [True]


def test_a_film_stops_after_so_many_frames():
    unit = a_unit()
    for number, bed in enumerate(beds(unit, films.MOST + 5)):
        present(bed, at=TEN + number * MINUTE)
    played = films.play(TEN - MINUTE, NOON, Lens(EVERYBODY, NOW))
    assert len(played.frames) == films.MOST
    assert played.frames[-1].at == TEN + (films.MOST - 1) * MINUTE


def test_a_film_costs_the_same_whatever_the_beds():
    unit, queries = a_unit(), list[int]()
    films.play(TEN, NOON, Lens(EVERYBODY, NOW))
    for number in (1, 30):
        for bed in beds(unit, number):
            stay = present(bed, at=paris("10:30"))
            leaves.leave(stay=stay, until=NOW + timedelta(hours=2), by=None, at=NOW, effective_at=paris("11:00"))
        # Without a position: the changes of this very transaction are as old as its clock, too old for the feed.
        with counted(queries):
            played = films.play(TEN, NOON, Lens(EVERYBODY, NOW))
        assert not any(frame.restructured for frame in played.frames)
    assert queries[0] == queries[1] <= 20


def test_the_state_of_a_bed_follows_its_film():
    bed = a_bed(a_unit())
    bed_actions.close(bed=bed, reason=ClosureReason.WORKS, until=paris("16:00"), by=None, at=NOW)
    frames = films.play(NOW, paris("16:30"), Lens(EVERYBODY, NOW)).frames
    assert [state(frame.parts, bed) for frame in frames] == ["free", ""]
    (back,) = films.jump(paris("16:30"), paris("15:00"), Lens(EVERYBODY, NOW)).frames
    assert state(back.parts, bed) == "closed"


def state(parts: tuple[str, ...], bed: Bed) -> str:
    """The state of a bed as these parts show it; empty when they do not."""
    cards = [part for part in parts if f'id="lit-{bed.pk}"' in part]
    return re.findall(r'data-state="(\w+)"', cards[0])[0] if cards else ""
