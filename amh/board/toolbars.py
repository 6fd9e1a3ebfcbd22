"""The bar above the cards: a tile for each unit, the states with their counts, how the beds are laid out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amh.board.addresses import DENSITIES, MARKS, SLUGS, VIEWS, Density, Query, View
from amh.board.heads import UnitHead
from amh.board.numbers import signed
from wards.models import BedState, Unit


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
    """One state of a bed, with how many are in it."""

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
        active=not query.unit,
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
    """The states, each with its count over the heads on the page."""
    for state in BedState:
        active = state == query.state
        url = query.url(etat=None if active else SLUGS[state])
        yield Filter(state.value, str(state.label), str(sum(head.count(state) for head in heads)), url, active)


def choices(query: Query) -> dict[str, list[Choice]]:
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
