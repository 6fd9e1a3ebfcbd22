"""The board page: which units, which states, which search, and what the toolbar says of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amh.board import heads
from amh.board.addresses import SLUGS, Query
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.searches import search
from amh.core.errors import Invalid
from patients.queries.occupancy import Occupancy
from wards.models import BedState, Unit

SMALL = 6


@dataclass(frozen=True)
class Tile:
    """One unit in the toolbar, or the whole hospital (``pk`` is empty); texts only, which a template reads fastest."""

    pk: str
    name: str
    url: str
    free: str
    occupied: str
    beds_total: str
    active: bool


@dataclass(frozen=True)
class Filter:
    """One state in the toolbar."""

    state: str
    label: str
    count: str
    url: str
    active: bool


@dataclass(frozen=True)
class Section:
    """One unit on the board, already in HTML."""

    name: str
    head: SafeString
    cards: SafeString
    small: bool


class Page:
    """The board as one person asked for it. Raises ``Invalid`` for a unit that was not there at that moment."""

    def __init__(self, board: Board, query: Query, audience: Audience) -> None:
        if query.unit and query.unit not in {unit.code for unit in board.units}:
            raise Invalid(_("Il n’y a pas d’unité « %s ».") % query.unit[:20], code="unknown_unit", field="unite")
        self.board = board
        self.query = query
        self.audience = audience
        self.heads = [(unit, board.head(unit, audience)) for unit in board.units]
        self.found = search(board, query.search, audience) if query.search else None

    @cached_property
    def shown_units(self) -> list[Unit]:
        """The units on the board: one, or all; with a search, those where something was found."""
        units = [unit for unit in self.board.units if not self.query.unit or unit.code == self.query.unit]
        if self.found is None:
            return units
        rows = {row.unit_id for row in self.board.rows if row.bed_id in self.found.beds}
        waiting = {one.unit_id for one in self.board.waiting if one.stay_id in self.found.stays}
        return [unit for unit in units if unit.pk in rows | waiting]

    @property
    def shown_heads(self) -> list[heads.UnitHead]:
        """The heads on the board; the counters of states and of those without a bed are theirs."""
        return [head for unit, head in self.heads if unit in self.shown_units]

    def context(self) -> dict[str, object]:
        """Everything that the template names."""
        return {
            "tiles": list(self._tiles()),
            "filters": list(self._filters()),
            "all_url": self.query.url(etat=None, q=None) if self.query.state or self.query.search else None,
            "sections": [self._section(unit, head) for unit, head in self.heads if unit in self.shown_units],
            "filter_state": self.query.state.value if self.query.state else "",
            "waiting_count": sum(head.waiting for head in self.shown_heads),
            "to_confirm_count": sum(head.to_confirm for head in self.shown_heads),
            "q": self.query.search,
            "unit": self.query.unit,
            "moment_value": f"{timezone.localtime(self.query.at):%Y-%m-%dT%H:%M}" if self.query.at else "",
            "found": self.found and len(self.found.beds),
            "found_waiting": self.found and len(self.found.stays),
        }

    def own_units(self) -> list[str]:
        """The names of the units whose patients are shown by name, unless that is the whole hospital."""
        return [unit.name for unit in self.board.units if self.audience.units and unit.pk in self.audience.units]

    @property
    def unit_id(self) -> int | None:
        """The one unit that the page shows, if it was asked for."""
        return next((unit.pk for unit in self.board.units if unit.code == self.query.unit), None)

    def named_count(self) -> int:
        """How many patients the page names, in a bed or at the head of a unit: what the read trace counts."""
        shown = {unit.pk for unit in self.shown_units}
        rows = [row for row in self.board.rows if row.unit_id in shown and self._finds(row) and self._shows(row)]
        in_beds = {row.stay_id for row in rows if self.board.named(row, self.audience)}
        people = [one for head in self.shown_heads for listing in head.listings for one in listing.people]
        return len((in_beds | {one.stay_id for one in people if not one.masked}) - {None})

    def _tiles(self) -> Iterator[Tile]:
        free = sum(head.free for _unit, head in self.heads)
        occupied = sum(head.occupied for _unit, head in self.heads)
        total = sum(head.beds_total for _unit, head in self.heads)
        whole = _("Tout l’hôpital")
        url = self.query.url(unite=None)
        yield Tile("", whole, url, str(free), str(occupied), str(total), not self.query.unit)
        for unit, head in self.heads:
            url = self.query.url(unite=unit.code)
            counts = (str(head.free), str(head.occupied), str(head.beds_total))
            yield Tile(str(unit.pk), unit.name, url, *counts, unit.code == self.query.unit)

    def _filters(self) -> Iterator[Filter]:
        for state in BedState:
            count = sum(head.count(state) for head in self.shown_heads)
            active = state == self.query.state
            url = self.query.url(etat=None if active else SLUGS[state])
            yield Filter(state.value, str(state.label), str(count), url, active)

    def _section(self, unit: Unit, head: heads.UnitHead) -> Section:
        rows = self.board.rows_by_unit[unit.pk]
        cards = [card for row in rows if (card := self._card(row)) is not None]
        html = heads.html(self._unfolded(head), language=self.audience.language)
        return Section(head.name, html, SafeString("".join(cards)), small=len(rows) <= SMALL)

    def _unfolded(self, head: heads.UnitHead) -> heads.UnitHead:
        """The head with those lists open in which something was found."""
        if self.found is None or not self.found.stays:
            return head
        found = self.found.stays
        lists = (replace(one, unfolded=any(each.stay_id in found for each in one.people)) for one in head.listings)
        return replace(head, listings=tuple(lists))

    def _card(self, row: Occupancy) -> SafeString | None:
        if not self._finds(row):
            return None
        if not self._shows(row):
            return format_html('<i id="lit-{}" hidden></i>', row.bed_id)
        return self.board.card(row, self.audience)

    def _finds(self, row: Occupancy) -> bool:
        return self.found is None or row.bed_id in self.found.beds

    def _shows(self, row: Occupancy) -> bool:
        """A bed in another state keeps its place, empty: it appears there when it comes into the state asked for."""
        return self.query.state is None or self.board.state(row) == self.query.state
