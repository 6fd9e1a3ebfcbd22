"""The board page: which units and beds the address asks for, laid out in sections, under a bar and a band."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amh.board import bands, heads, toolbars
from amh.board.addresses import Query, View
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.searches import search
from amh.core.errors import Invalid
from patients.queries.occupancy import Occupancy
from wards.models import Unit

SMALL = 6


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
        self.audience = audience
        self.query = self._of_one_unit(query)
        self.heads = [(unit, board.head(unit, audience)) for unit in board.units]
        self.found = search(board, query.search, audience) if query.search else None

    def _of_one_unit(self, query: Query) -> Query:
        """A tablet shows one unit: without a word about it the first of one's own."""
        if query.unit or query.view != View.TABLET or not self.board.units:
            return query
        own = [unit for unit in self.board.units if self.audience.units and unit.pk in self.audience.units]
        return replace(query, unit=(own or self.board.units)[0].code, is_implied=True)

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
        query, language = self.query, self.audience.language
        return {
            "strip": toolbars.strip(tuple(toolbars.tiles(self.heads, query)), self._band(), query, language=language),
            "states": toolbars.states(tuple(toolbars.filters(self.shown_heads, query)), query, language=language),
            "sections": [self._section(unit, head) for unit, head in self.heads if unit in self.shown_units],
            "view": query.view.value,
            "density": query.density.value,
            "filter_state": query.state.value if query.state else "",
            "filter_mark": query.mark.value if query.mark else "",
            "q": query.search,
            "unit": query.unit,
            "moment_value": f"{timezone.localtime(query.at):%Y-%m-%dT%H:%M}" if query.at else "",
            "found": self.found and len(self.found.beds),
            "found_waiting": self.found and len(self.found.stays),
        }

    def _band(self) -> bands.Band | None:
        """The band over the units on the page; none for a search, of which they are more than what was found."""
        if self.query.search:
            return None
        return bands.band(self.shown_heads, at=self.board.at, planned=self.board.planned)

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

    def _section(self, unit: Unit, head: heads.UnitHead) -> Section:
        rows = self.board.rows_by_unit[unit.pk]
        rooms = [self._room(label, list(beds)) for label, beds in groupby(rows, key=lambda row: row.room_label)]
        html = heads.html(self._unfolded(head), language=self.audience.language)
        return Section(head.name, html, SafeString("".join(rooms)), small=len(rows) <= SMALL)

    def _room(self, label: str, rows: list[Occupancy]) -> str:
        """The beds of one room in a box of their own, which only the plan of the rooms draws."""
        cards = "".join(card for row in rows if (card := self._card(row)) is not None)
        if not cards:
            return ""
        name = format_html("<h3>{}</h3>", label) if self.query.view == View.PLAN else ""
        return f'<div class="room" data-beds="{len(rows)}">{name}{cards}</div>'

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
            return self._vacant(row)
        return self.board.card(row, self.audience)

    def _vacant(self, row: Occupancy) -> SafeString:
        """The place of a bed that is not shown; on the plan of the rooms it stays empty."""
        template = '<i id="lit-{}"></i>' if self.query.view == View.PLAN else '<i id="lit-{}" hidden></i>'
        return format_html(template, row.bed_id)

    def _finds(self, row: Occupancy) -> bool:
        return self.found is None or row.bed_id in self.found.beds

    def _shows(self, row: Occupancy) -> bool:
        """A bed that is filtered out keeps its place, empty: it appears there once it is what is asked for."""
        in_state = self.query.state is None or self.board.state(row) == self.query.state
        return in_state and (self.query.mark is None or self.query.mark in self.board.marks(row, self.audience))
