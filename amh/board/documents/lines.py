"""A bed, or somebody who lies in none, in the words of one line of paper, as the reader may see them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from amh.board import cards, people
from amh.board.addresses import Mark
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.cards import BORN, BedCard
from amh.board.numbers import SHUT, TAKEN
from amh.board.people import Listing, Person, Standing
from amh.core import dates
from patients.models import Sex
from patients.queries.occupancy import Occupancy
from patients.queries.waiting import Waiting
from wards.models import BedState, Unit


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a bed of ``room`` in its ``state``, or somebody without a bed, whose state is the list they stand on.

    ``key`` is the code of that state. A ``homonym`` is told apart by the birth date. ``stay_id`` is given for who is
    named, and for nobody else.
    """

    key: str
    state: str
    bed: str = ""
    room: str = ""
    name: str = ""
    who: str = ""
    born: str = ""
    sex: str = ""
    age: str = ""
    stay: str = ""
    leaves: str = ""
    detail: str = ""
    badges: tuple[str, ...] = ()
    homonym: bool = False
    stay_id: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One unit: its beds in order, those who are there without one, those who are awaited that day."""

    code: str
    name: str
    phone: str
    load: str
    beds: tuple[Line, ...]
    without: tuple[Line, ...]
    awaited: tuple[Line, ...]

    @property
    def lines(self) -> Iterator[Line]:
        """Every line, beds first."""
        yield from (*self.beds, *self.without, *self.awaited)

    @property
    def leaving(self) -> tuple[Line, ...]:
        """The beds that somebody leaves that day."""
        return tuple(line for line in self.beds if line.key == BedState.LEAVING)

    @property
    def free(self) -> tuple[Line, ...]:
        """The beds that can be given."""
        return tuple(line for line in self.beds if line.key == BedState.FREE)


def sections(board: Board, units: Iterable[Unit], audience: Audience) -> list[Section]:
    """These units of the board, in the language that is active."""
    return [_section(board, unit, audience) for unit in units]


def named(found: Iterable[Section]) -> int:
    """How many patients are named on these lines, each counted once."""
    return len({line.stay_id for section in found for line in section.lines} - {None})


def load(board: Board, units: Iterable[Unit]) -> str:
    """How full one unit is, or several together."""
    states = [board.state(row) for unit in units for row in board.rows_by_unit[unit.pk]]
    occupied = sum(state in TAKEN for state in states)
    open_ = sum(state not in SHUT for state in states)
    facts = {"occupied": occupied, "open": open_, "free": states.count(BedState.FREE)}
    return _("occupés %(occupied)d/%(open)d · libres %(free)d") % facts


def _section(board: Board, unit: Unit, audience: Audience) -> Section:
    everyone = board.waiting_by_unit[unit.pk]
    listings = people.listings(unit, everyone, audience, at=board.at, planned=board.planned)
    around = {one.stay_id: one for one in everyone}
    awaited = [listing for listing in listings if listing.key == Standing.AWAITED]
    without = [listing for listing in listings if listing.key != Standing.AWAITED]
    return Section(
        code=unit.code,
        name=unit.name,
        phone=unit.phone,
        load=load(board, [unit]),
        beds=tuple(_of_bed(board, row, audience) for row in board.rows_by_unit[unit.pk]),
        without=tuple(_of_people(without, around, board)),
        awaited=tuple(_of_people(awaited, around, board)),
    )


def _of_bed(board: Board, row: Occupancy, audience: Audience) -> Line:
    look = board.look(row, audience)
    card = cards.card(row, board.moments[row.bed_id], homonym=row.bed_id in board.homonyms, look=look)
    line = Line(
        key=card.state,
        state=card.state_label,
        bed=card.label,
        room=row.room_label,
        name=card.name,
        stay=card.stay_label,
        leaves=_leaves(card),
        detail=card.detail,
        badges=tuple(badge.word for badge in card.badges),
        homonym=Mark.HOMONYM in card.marks.split(),
    )
    return _with_traits(line, row, board, card.who) if card.name and not card.masked else line


def _leaves(card: BedCard) -> str:
    said = " ".join(filter(None, [card.expected_label, card.certainty_label]))
    return f"{said}, {_('dépassée')}" if card.overdue else said


def _of_people(listings: Iterable[Listing], around: dict[int, Waiting], board: Board) -> Iterator[Line]:
    """Those of some lists; who is on leave from a bed stands there already."""
    for listing in listings:
        for person in listing.people:
            one = around[person.stay_id]
            if not (one.away and one.wanted_bed_id):
                yield _of_person(listing, person, one, board)


def _of_person(listing: Listing, person: Person, one: Waiting, board: Board) -> Line:
    line = Line(listing.key, listing.label, name=person.name, detail=person.detail)
    return line if person.masked else _with_traits(line, one, board, person.who)


def _with_traits(line: Line, one: Occupancy | Waiting, board: Board, who: str) -> Line:
    """The line with who it is about: birth name when another one is used (ID-9), birth date, sex and age."""
    years = dates.age(one.birth_date, on=dates.local(board.at).date())
    other = one.used_name and one.used_name.upper() != one.birth_name.upper()
    return replace(
        line,
        who=who,
        born=f"{BORN[one.sex]} {one.birth_name.upper()}" if other else "",
        sex=str(Sex(one.sex).label),
        age="" if years is None else _("%d ans") % years,
        stay_id=one.stay_id,
    )
