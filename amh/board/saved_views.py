"""The views of the board that a person keeps: what of its address is kept, and how the toolbar lists them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from amh.board import addresses
from amh.board.addresses import Query
from amh.core.errors import Invalid
from amh.core.models import SavedView, User
from wards.models import Unit
from wards.models.validity import valid_at

PAGE = "board:list"


@dataclass(frozen=True)
class Entry:
    """One line of the list; ``active`` when the board is looked at so."""

    pk: int
    name: str
    url: str
    is_first: bool
    active: bool


def kept(query: str, *, at: datetime) -> str:
    """What a view keeps of an address of the board. Raises ``Invalid`` for a word of it or a unit that is none."""
    read = addresses.query(QueryDict(query).dict())
    if read.unit and not Unit.objects.filter(valid_at(at), code=read.unit).exists():
        raise Invalid(_("Il n’y a pas d’unité « %s ».") % read.unit[:20], code="unknown_unit", field="unite")
    return of(read)


def of(query: Query) -> str:
    """The address that a view keeps of what was asked for, without its question mark.

    Never a search, which names people, nor a moment, nor the wall.
    """
    kept = Query(unit=query.unit, state=query.state, view=query.view, density=query.density, mark=query.mark)
    return kept.url().lstrip("?")


def address(query: str) -> str:
    """Where the board is shown so."""
    url = reverse(PAGE)
    return f"{url}?{query}" if query else url


def shown(query: str, *, by: User) -> dict[str, Any]:
    """What the template of the list names: the person's views, and the address that would be kept of the board."""
    views = SavedView.objects.filter(user=by, page=PAGE)
    entries = [Entry(one.pk, one.name, address(one.query), one.is_first, one.query == query) for one in views]
    return {"saved_views": entries, "kept_query": query}
