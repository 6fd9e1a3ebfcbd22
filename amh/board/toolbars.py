"""The bar above the cards: a tile for each unit, the band, the states with their counts, how the beds are laid out.

Each part is kept rendered with its whole content, as cards and heads are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amh.board.addresses import DENSITIES, MARKS, SLUGS, VIEWS, Density, Mark, Query, View
from amh.board.bands import Band
from amh.board.heads import UnitHead
from amh.board.numbers import signed
from wards.models import BedState, Unit

KEPT = 100
"""Parts of the bar kept rendered in a process."""


@dataclass(frozen=True)
class Tile:
    """One unit, or the whole hospital (``pk`` is empty); texts only, which a template reads fastest.

    ``balance`` is tonight's, with its sign; empty for a unit without beds for the night.
    """

    pk: str
    name: str
    url: str
    free: str
    taken: str
    open: str
    tonight: str
    balance: str
    active: bool


@dataclass(frozen=True)
class Filter:
    """One state of a bed, with how many are in it; empty when they are not counted."""

    state: str
    label: str
    count: str
    url: str
    active: bool


@dataclass(frozen=True)
class Choice:
    """One way to lay the beds out, or to show some of them alone."""

    label: str
    url: str
    active: bool


def tiles(heads: Sequence[tuple[Unit, UnitHead]], query: Query) -> Iterator[Tile]:
    """The whole hospital, then each unit."""
    numbers = [head.numbers for _unit, head in heads]
    tonight = sum(one.tonight for one in numbers)
    yield Tile(
        pk="",
        name=_("Tout l’hôpital"),
        url=query.url(unite=None),
        free=str(sum(head.count(BedState.FREE) for _unit, head in heads)),
        taken=str(sum(one.taken for one in numbers)),
        open=str(sum(one.open for one in numbers)),
        tonight=str(tonight),
        balance=signed(tonight) if any(head.has_nights for _unit, head in heads) else "",
        active=not query.unit and not query.search,
    )
    yield from (_tile(unit, head, query) for unit, head in heads)


def _tile(unit: Unit, head: UnitHead, query: Query) -> Tile:
    return Tile(
        pk=str(unit.pk),
        name=unit.name,
        url=query.url(unite=unit.code),
        free=str(head.count(BedState.FREE)),
        taken=str(head.numbers.taken),
        open=str(head.numbers.open),
        tonight=str(head.numbers.tonight),
        balance=signed(head.numbers.tonight) if head.has_nights else "",
        active=unit.code == query.unit,
    )


def filters(heads: Sequence[UnitHead], query: Query) -> Iterator[Filter]:
    """The states, each with its count over the heads on the page; without one for a search, which finds fewer beds."""
    for state in BedState:
        active = state == query.state
        url = query.url(etat=None if active else SLUGS[state])
        count = "" if query.search else str(sum(head.count(state) for head in heads))
        yield Filter(state.value, str(state.label), count, url, active)


@lru_cache(maxsize=KEPT)
def strip(tiles: tuple[Tile, ...], band: Band | None, query: Query, *, language: str) -> SafeString:
    """The tiles and the band, if there is one, as HTML, in ``language``, the active one."""
    return SafeString(render_to_string("board/beds/strip.html", {"tiles": tiles, "band": band, "urls": _urls(query)}))


@lru_cache(maxsize=KEPT)
def states(filters: tuple[Filter, ...], query: Query, *, language: str) -> SafeString:
    """The states and the ways to lay the beds out as HTML, in ``language``, the active one."""
    narrowed = query.state or query.search or query.mark
    context = {
        "filters": filters,
        "choices": _choices(query),
        "all_url": query.url(etat=None, q=None, marque=None) if narrowed else "",
        "mark_label": MARKS[query.mark] if query.mark else "",
    }
    return SafeString(render_to_string("board/beds/states.html", context))


def _urls(query: Query) -> dict[str, str]:
    """Where the words of the band lead: the beds of which they speak."""
    states = {state.value: query.url(etat=slug, marque=None) for state, slug in SLUGS.items()}
    return states | {mark.name.lower(): query.url(marque=mark, etat=None) for mark in Mark}


def _choices(query: Query) -> dict[str, list[Choice]]:
    """The views, the densities, and the marks of which a second press lets go."""
    return {
        "views": _words(VIEWS, "vue", query.view, View.UNITS, query),
        "densities": _words(DENSITIES, "densite", query.density, Density.NORMAL, query),
        "marks": [
            Choice(str(label), query.url(marque=None if mark == query.mark else mark), mark == query.mark)
            for mark, label in MARKS.items()
        ],
    }


def _words(
    labels: Mapping[View, Promise | str] | Mapping[Density, Promise | str],
    name: str,
    chosen: str,
    usual: str,
    query: Query,
) -> list[Choice]:
    return [
        Choice(str(label), query.url(**{name: None if word == usual else word}), word == chosen)
        for word, label in labels.items()
    ]
