"""The page of the Friday question: who is to leave a unit that closes, what is known of each, and the ways out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.board import lines
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.closings import Guest, Kind, Question
from amh.board.lines import Line
from amh.core import dates, rules
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Certainty, StayState
from patients.queries.occupancy import Occupancy
from patients.rules.exits import Settled
from patients.rules.leaves import LONGEST
from wards.models import DAY_KINDS, BedState, UnitKind

SETTLED = {
    Settled.LEAVING: gettext_lazy("en train de partir"),
    Settled.MOVES: gettext_lazy("lit gardé : %(unit)s"),
    Settled.AWAY: gettext_lazy("en permission jusqu’au %(back)s"),
    Settled.EXITS: gettext_lazy("sortie certaine %(exit)s"),
    Settled.OF_A_DAY: gettext_lazy("séance ou ambulatoire, part dans la journée"),
}

RECEIVING_NONE = DAY_KINDS | {UnitKind.THEATRE, UnitKind.LOUNGE}
"""Kinds of units in which nobody spends a night."""


class How(StrEnum):
    """What the button of a way does: it opens a form in the dialog, or acts at once."""

    FORM = "form"
    PRESS = "press"


@dataclass(frozen=True, slots=True)
class Way:
    """One way out, its letter, and where it is taken."""

    letter: str
    label: str
    url: str
    how: How = How.FORM


@dataclass(frozen=True, slots=True)
class Destination:
    """One guest in words: where they are, what is known of their exit, the ways out that one may take for them."""

    line: Line
    fact: str
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Page:
    """The question of one unit as somebody may read and answer it."""

    question: Question
    board: Board
    audience: Audience
    by: User

    def open(self) -> list[Destination]:
        """Those for whom nothing is certain."""
        return [self._of(guest, tuple(self._ways(guest))) for guest in self.question.guests if guest.settled is None]

    def settled(self) -> list[Destination]:
        """Those whose way is known."""
        return [self._of(guest) for guest in self.question.guests if guest.settled is not None]

    def named_count(self) -> int:
        """How many patients the page names: what the read trace counts."""
        return sum(not self._line(guest).masked for guest in self.question.guests)

    def free_elsewhere(self) -> list[tuple[str, int]]:
        """The free beds of the units in which a night can be spent and that stay open, the most first."""
        free = Counter(row.unit_id for row in self.board.rows if self.board.state(row) == BedState.FREE)
        units = [unit for unit in self.board.units if unit.kind not in RECEIVING_NONE and unit != self.question.unit]
        found = [(unit.name, free[unit.pk]) for unit in units if free[unit.pk]]
        return sorted(found, key=lambda pair: -pair[1])

    def _of(self, guest: Guest, ways: tuple[Way, ...] = ()) -> Destination:
        return Destination(self._line(guest), self._fact(guest), ways)

    def _line(self, guest: Guest) -> Line:
        if isinstance(guest.about, Occupancy):
            return lines.of_bed(self.board, guest.about, self.audience)
        return lines.of_person(self.board, guest.about, self.audience)

    def _fact(self, guest: Guest) -> str:
        known = guest.known
        if guest.settled is not None:
            facts = {
                "unit": known.kept_unit,
                "back": self._moment(known.back_at),
                "exit": self._moment(known.expected_at),
            }
            return str(SETTLED[guest.settled]) % facts
        away = _("en permission, retour %s") % self._moment(known.back_at) if known.back_at else ""
        arrives = self._line(guest).detail if known.state == StayState.EXPECTED else ""
        return " · ".join(filter(None, [arrives, self._exit(guest), away]))

    def _exit(self, guest: Guest) -> str:
        known = guest.known
        if known.expected_at is None:
            return _("sortie à fixer")
        facts = {"at": self._moment(known.expected_at), "how": Certainty(known.certainty).label.lower()}
        said = _("sortie prévue %(at)s, dépassée") if known.expected_at < self.board.at else _("sortie %(how)s %(at)s")
        return said % facts

    def _moment(self, at: datetime | None) -> str:
        return dates.moment(at, now=self.board.at) if at else ""

    def _ways(self, guest: Guest) -> Iterator[Way]:
        """What one may do for somebody, one key each; the rule of each act has the last word."""
        unit_id, pk, here = self.question.unit.pk, guest.known.stay_id, guest.known.state == StayState.PRESENT
        if rules.may(self.by, Permission.EXPECT_DISCHARGE, unit_id=unit_id):
            yield from self._exits(guest)
        if not rules.may(self.by, Permission.PLACE, unit_id=unit_id) or self.question.kind == Kind.DAYS_OFF:
            return
        if here:
            yield Way("m", _("Muter"), reverse("board:move", args=[pk]))
        if here and self._may_be_away():
            yield Way("a", _("Permission"), reverse("board:leave", args=[pk]))

    def _exits(self, guest: Guest) -> Iterator[Way]:
        pk = guest.known.stay_id
        if self.question.kind == Kind.CLOSING:
            yield Way("c", _("Sort avant la fermeture"), reverse("board:leave-before", args=[pk]), How.PRESS)
        elif self.question.kind == Kind.DAYS_OFF:
            yield Way("c", _("Certaine"), reverse("board:be-sure", args=[pk, Certainty.CERTAIN.value]), How.PRESS)
        elif guest.known.state == StayState.PRESENT:
            yield Way("s", _("Sorti"), reverse("board:discharge", args=[pk]))
        yield Way("d", _("Autre date"), reverse("board:expect", args=[pk]))

    def _may_be_away(self) -> bool:
        """A leave of two days at most must reach to the opening (DR-5)."""
        begin = self.question.closes_at or self.board.at
        return self.question.opens_at is not None and self.question.opens_at - begin <= LONGEST
