"""The Friday question: where those in a unit that closes go, and which exits of days off are not sure (WR-5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amh.core import dates
from patients.models import StayState
from patients.queries.exits import Exit, exits
from patients.queries.occupancy import Occupancy, end_of_day
from patients.queries.waiting import Waiting, around
from patients.rules import exits as rules
from patients.rules.exits import Settled
from patients.rules.leaves import LONGEST
from wards.models import Unit
from wards.queries.hospitals import Hospital, hospital
from wards.weeks import Closing

About = Occupancy | Waiting


class Board(Protocol):
    """What is asked about: the units of the board, who lies in their beds, who is there without one or expected."""

    @property
    def hospital(self) -> Hospital: ...

    @property
    def units(self) -> Sequence[Unit]: ...

    @property
    def rows_by_unit(self) -> Mapping[int, Sequence[Occupancy]]: ...

    @property
    def waiting_by_unit(self) -> Mapping[int, Sequence[Waiting]]: ...


SATURDAY = 5


class Kind(StrEnum):
    """What is asked of a unit: it is shut with people in it, it closes soon, days off begin at midnight."""

    SHUT = "shut"
    CLOSING = "closing"
    DAYS_OFF = "days_off"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is, or will be, in a unit when it closes: from the row of the board, and how they are to leave."""

    about: About
    known: Exit
    settled: Settled | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one unit: ``closes_at`` is ``None`` of one that is shut already.

    ``guests`` are those for whom it is asked, ``undecided`` how many of them have no certain way out.
    """

    unit: Unit
    kind: Kind
    closes_at: datetime | None
    opens_at: datetime | None
    guests: tuple[Guest, ...]

    @property
    def undecided(self) -> int:
        """For how many nobody knows for certain."""
        return sum(guest.settled is None for guest in self.guests)

    @property
    def overdue(self) -> bool:
        """Whether the unit is closed and somebody is still in it."""
        return self.kind == Kind.SHUT

    @property
    def url(self) -> str:
        """Where it is answered."""
        return f"{reverse('board:closing')}?{urlencode({'unite': self.unit.code})}"

    def label(self, *, now: datetime) -> str:
        """The question in a line, for the head of the unit."""
        number = self.undecided
        match self.kind:
            case Kind.SHUT:
                said = ngettext("%(n)d patient présent, unité fermée", "%(n)d patients présents, unité fermée", number)
            case Kind.DAYS_OFF:
                said = ngettext("%(n)d sortie à boucler avant %(off)s", "%(n)d sorties à boucler avant %(off)s", number)
            case _ if number:
                said = ngettext(
                    "%(n)d patient à orienter avant %(when)s", "%(n)d patients à orienter avant %(when)s", number
                )
            case _:
                said = _("ferme %(then)s, chacun sait où il va")
        facts = {"n": number, "off": self.days}
        if self.closes_at:
            facts |= {"when": dates.moment(self.closes_at, now=now), "then": dates.when(self.closes_at, now=now)}
        return said % facts

    @property
    def days(self) -> str:
        """The days off, or the closing, as the ward calls them: by their first day."""
        is_saturday = self.closes_at is not None and dates.local(self.closes_at).weekday() == SATURDAY
        return _("le week-end") if is_saturday else _("le jour férié")


def questions(board: Board, at: datetime) -> dict[int, Question]:
    """What is asked at ``at`` of the units of the board, by unit.

    A unit that closes is asked even when everyone’s way is settled; one that is shut, or whose exits of days off are
    all sure, only while somebody is concerned. No statement while no unit is, two at most.
    """
    here = {unit.pk for unit in board.units}
    shut = {unit_id: opens_at for unit_id, opens_at in board.hospital.shut(at).items() if unit_id in here}
    closing = {unit_id: one for unit_id, one in board.hospital.closing(at).items() if unit_id in here}
    off = board.hospital.days_off(at)
    concerned = _concerned(board, shut, closing, off, at)
    known = exits({one.stay_id for people in concerned.values() for one in people if one.stay_id}, at=at)
    asked: dict[int, Question] = {}
    for unit in board.units:
        people = [(one, known[one.stay_id]) for one in concerned.get(unit.pk, []) if one.stay_id in known]
        if unit.pk in shut:
            question = _of_shut(unit, shut[unit.pk], people)
        elif unit.pk in closing:
            question = _of_closing(unit, closing[unit.pk], people, at)
        else:
            question = _of_days_off(unit, off, people) if off else None
        if question is not None:
            asked[unit.pk] = question
    return asked


def _concerned(
    board: Board,
    shut: Mapping[int, datetime | None],
    closing: Mapping[int, Closing],
    off: Closing | None,
    at: datetime,
) -> dict[int, list[About]]:
    """Who is asked about, by unit; on days off only exits that are expected during them and not certain."""
    found = {unit_id: _present(board, unit_id) for unit_id in (*shut, *closing)}
    later = [unit_id for unit_id, one in closing.items() if one.closes_at > end_of_day(at)]
    latest = max((closing[unit_id].closes_at for unit_id in later), default=at)
    to_come = around(latest, unit_ids=later) if later else []
    for unit_id, one in closing.items():
        expected = to_come if unit_id in later else board.waiting_by_unit.get(unit_id, [])
        found[unit_id] += [each for each in expected if each.unit_id == unit_id and _comes_before(each, one.closes_at)]
    if off is not None:
        for unit in board.units:
            found.setdefault(unit.pk, [row for row in _rows(board, unit.pk) if _is_unsure(row, off)])
    return found


def _present(board: Board, unit_id: int) -> list[About]:
    """Those who are in the unit, each once: who is on leave from a bed is both in it and on a list."""
    rows = _rows(board, unit_id)
    lying = {row.stay_id for row in rows}
    others = [one for one in board.waiting_by_unit.get(unit_id, []) if one.since is not None and not one.deceased]
    return [*rows, *(one for one in others if one.stay_id not in lying)]


def _rows(board: Board, unit_id: int) -> list[Occupancy]:
    return [row for row in board.rows_by_unit.get(unit_id, []) if row.occupied_since is not None and not row.deceased]


def _comes_before(one: Waiting, closes_at: datetime) -> bool:
    return one.since is None and one.expected_at is not None and one.expected_at < closes_at


def _is_unsure(row: Occupancy, off: Closing) -> bool:
    return rules.is_unsure(row.expected_discharge_at, row.certainty, off) and row.departs_since is None


def back_at(unit_id: int | None, *, at: datetime) -> datetime | None:
    """When a unit that is shut or closes soon opens again, if who goes on leave now may stay away so long (DR-5)."""
    known, unit_id = hospital(), unit_id or 0
    soon = known.closing(at).get(unit_id)
    opens_at = soon.opens_at if soon else known.shut(at).get(unit_id)
    return opens_at if opens_at is not None and opens_at - at <= LONGEST else None


def _of_shut(unit: Unit, opens_at: datetime | None, people: Iterable[tuple[About, Exit]]) -> Question | None:
    """Of those who are in a closed unit only a leave until it opens is an answer."""
    guests = tuple(
        Guest(about, known, Settled.AWAY if rules.is_away(known, opens_at) else None)
        for about, known in people
        if known.state != StayState.LOUNGE
    )
    question = Question(unit, Kind.SHUT, None, opens_at, guests)
    return question if question.undecided else None


def _of_closing(unit: Unit, closing: Closing, people: Iterable[tuple[About, Exit]], at: datetime) -> Question:
    guests = (Guest(about, known, rules.settled(known, closing, unit_id=unit.pk, at=at)) for about, known in people)
    return Question(unit, Kind.CLOSING, closing.closes_at, closing.opens_at, tuple(guests))


def _of_days_off(unit: Unit, off: Closing, people: Iterable[tuple[About, Exit]]) -> Question | None:
    guests = tuple(Guest(about, known) for about, known in people)
    return Question(unit, Kind.DAYS_OFF, off.closes_at, off.opens_at, guests) if guests else None
