"""Two moments of the board side by side: what became of each bed, in words, and the page that marks it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amh.board import boards, cards
from amh.board.addresses import CHANGES, Query
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.cards import Look
from amh.board.pages import Page
from amh.core import dates
from patients.queries.occupancy import Occupancy
from wards.models import Unit

END = "</article>"


class Side(NamedTuple):
    """A bed at one moment: its state, and who lies there or is awaited, as far as the audience may know."""

    state: str
    state_label: str
    name: str = ""


@dataclass(frozen=True)
class Change:
    """What became of one bed; ``bed_id`` leads to its card, which is there unless the bed went out of service."""

    bed_id: int
    label: str
    unit_name: str
    before: Side
    after: Side
    gone: bool


class Difference:
    """What ``after`` has otherwise than ``before``, bed by bed, for one audience."""

    def __init__(self, before: Board, after: Board, audience: Audience) -> None:
        self.before, self.after, self.audience = before, after, audience

    @cached_property
    def pairs(self) -> dict[int, tuple[Occupancy | None, Occupancy | None]]:
        """The rows of each bed that is in another state, or has another patient; ``None`` when it is not in service."""
        then = {row.bed_id: row for row in self.before.rows}
        now = {row.bed_id: row for row in self.after.rows}
        in_order = [*now, *(pk for pk in then if pk not in now)]
        found = {pk: (then.get(pk), now.get(pk)) for pk in in_order}
        return {pk: pair for pk, pair in found.items() if self._differs(*pair)}

    def _differs(self, before: Occupancy | None, after: Occupancy | None) -> bool:
        if before is None or after is None:
            return True
        same_state = self.before.state(before) == self.after.state(after)
        return not same_state or before.stay_id != after.stay_id

    def changes(self, unit: str = "") -> list[Change]:
        """The changes in words, in the order of the board; those of one unit when its code is given."""
        return [self._change(pk, *pair) for pk, pair in self.pairs.items() if unit in ("", self._row(*pair).unit_code)]

    def unit_id(self, pk: int) -> int:
        """The unit of a bed that has changed."""
        return self._row(*self.pairs[pk]).unit_id

    def _change(self, pk: int, before: Occupancy | None, after: Occupancy | None) -> Change:
        row = self._row(before, after)
        # Who lay in a bed that a death has blocked since is not named beside it (WR-60).
        silent = row.deceased
        sides = [self._side(self.before, before, silent=silent), self._side(self.after, after, silent=silent)]
        if sides[0] == sides[1]:
            sides[1] = sides[1]._replace(name=_("un autre patient"))
        label = cards.short_label(row.room_label, row.bed_label)
        return Change(pk, label, self._unit_names[row.unit_id], sides[0], sides[1], gone=after is None)

    @staticmethod
    def _row(before: Occupancy | None, after: Occupancy | None) -> Occupancy:
        row = after or before
        assert row is not None  # noqa: S101 - a bed is in service on one side at least
        return row

    @cached_property
    def _unit_names(self) -> dict[int, str]:
        return {unit.pk: unit.name for unit in [*self.before.units, *self.after.units]}

    def _side(self, board: Board, row: Occupancy | None, *, silent: bool) -> Side:
        if row is None:
            return Side("closed", _("Pas en service"))
        look = Look.MASKED if silent else board.look(row, self.audience)
        card = cards.card(row, board.moments[row.bed_id], homonym=False, look=look)
        return Side(card.state, card.state_label, card.name)

    def named(self) -> set[int]:
        """The stays of the people who lay, before, in the beds that changed, and whose names are shown for it."""
        rows = [then for then, _now in self.pairs.values() if then is not None]
        return {row.stay_id for row in rows if row.stay_id is not None and self.before.named(row, self.audience)}


class ComparedPage(Page):
    """The board with what has changed on it since an earlier moment marked, or alone."""

    def __init__(self, board: Board, before: Board, query: Query, audience: Audience) -> None:
        super().__init__(board, query, audience)
        self.difference = Difference(before, board, audience)

    @cached_property
    def shown_units(self) -> list[Unit]:
        """The units on the board; when only changes are shown, those that have some."""
        units = super().shown_units
        changed = {self.difference.unit_id(pk) for pk in self.difference.pairs}
        return [unit for unit in units if unit.pk in changed] if self.query.only_changed else units

    def context(self) -> dict[str, object]:
        """What the template of the board names, and the panel of changes."""
        return super().context() | {
            "changes": self.difference.changes(self.query.unit),
            "only_changed": self.query.only_changed,
            "only_url": self.query.url(seulement=None if self.query.only_changed else CHANGES),
            "alone_url": self.query.url(depuis=None, seulement=None),
            "again_url": self.query.url(),
            "since_label": dates.moment(self.difference.before.at, now=self.board.at),
            "until_label": dates.moment(self.board.at, now=self.board.at),
        }

    def named_count(self) -> int:
        """Also those who are named only for what was before."""
        return super().named_count() + len(self.difference.named() - self._shown_stays())

    def _shown_stays(self) -> set[int | None]:
        return {row.stay_id for row in self.board.rows}

    def _card(self, row: Occupancy) -> SafeString | None:
        html = super()._card(row)
        if row.bed_id not in self.difference.pairs:
            return None if self.query.only_changed else html
        return html and marked(html)


def marked(card: SafeString) -> SafeString:
    """The card with the word that it has changed; a place that is kept empty stays as it is."""
    inside, end, after = card.rpartition(END)
    badge = format_html('<span class="badge differs">{}</span>', _("changé"))
    return SafeString(inside + badge + end + after) if end else card


def page(query: Query, audience: Audience, *, now: datetime) -> Page:
    """The page that the address asks for: the board at a moment or, but on a wall, what has changed between two."""
    at = query.at or now
    board = boards.read(at, unit_ids=audience.on_wall, planned=at > now)
    if query.since is None or audience.wall:
        return Page(board, query, audience)
    return ComparedPage(board, boards.read(query.since, planned=query.since > now), query, audience)


def traced(query: Query) -> Iterator[tuple[str, str]]:
    """The moments that the read trace of a page keeps."""
    if query.at is not None:
        yield "moment", dates.local(query.at).isoformat()
    if query.since is not None:
        yield "since", dates.local(query.since).isoformat()
