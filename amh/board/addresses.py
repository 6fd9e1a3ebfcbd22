"""What the address of the board asks for: which units, which beds, which moment, and how they are laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.board import moments
from amh.core.errors import Invalid
from amh.core.requests import printable
from wards.models import BedState

W = TypeVar("W", bound=StrEnum)

STATES = {
    "libre": BedState.FREE,
    "reserve": BedState.RESERVED,
    "occupe": BedState.OCCUPIED,
    "sortant": BedState.LEAVING,
    "a-nettoyer": BedState.CLEANING,
    "ferme": BedState.CLOSED,
    "neutralise": BedState.BLOCKED,
}
"""The words of ``?etat=``; the values of ``data-state`` are understood too."""

SLUGS = {state: slug for slug, state in STATES.items()}
CHANGES = "changes"
"""The word of ``?seulement=``: of two moments compared, the beds that changed alone."""


class View(StrEnum):
    """The words of ``?vue=``: how the same cards are laid out. The first is the one without a word."""

    UNITS = "unites"
    COLUMNS = "colonnes"
    PLAN = "plan"
    LIST = "liste"
    TABLET = "tablette"


class Density(StrEnum):
    """The words of ``?densite=``: how large a card is. The first is the one without a word."""

    NORMAL = "normale"
    COMPACT = "compacte"
    LARGE = "grande"


class Mark(StrEnum):
    """The words of ``?marque=``: what a bed may bear beside its state, as ``data-marks`` says it."""

    HOSTED = "heberge"
    ISOLATED = "isolement"
    LEAVE = "permission"
    HOMONYM = "homonyme"
    OVERDUE = "depassee"
    UNDATED = "sans-date"
    CERTAIN = "certaine"


VIEWS = {
    View.UNITS: gettext_lazy("Par unité"),
    View.COLUMNS: gettext_lazy("En colonnes"),
    View.PLAN: gettext_lazy("Plan des chambres"),
    View.LIST: gettext_lazy("Liste"),
    View.TABLET: gettext_lazy("Tablette"),
}
DENSITIES = {
    Density.NORMAL: gettext_lazy("Normale"),
    Density.COMPACT: gettext_lazy("Serrée"),
    Density.LARGE: gettext_lazy("Grande"),
}
MARKS = {
    Mark.HOSTED: gettext_lazy("Hébergés"),
    Mark.ISOLATED: gettext_lazy("Précautions"),
    Mark.LEAVE: gettext_lazy("En permission"),
    Mark.HOMONYM: gettext_lazy("Homonymes"),
    Mark.OVERDUE: gettext_lazy("Sortie dépassée"),
    Mark.UNDATED: gettext_lazy("Sortie à fixer"),
    Mark.CERTAIN: gettext_lazy("Sortie certaine"),
}


@dataclass(frozen=True)
class Query:
    """What the address of the board asks for; a unit that ``is_implied`` by the view is in no other address."""

    unit: str = ""
    state: BedState | None = None
    search: str = ""
    at: datetime | None = None
    wall: bool = False
    view: View = View.UNITS
    density: Density = Density.NORMAL
    mark: Mark | None = None
    since: datetime | None = None
    only_changed: bool = False
    is_implied: bool = False

    @property
    def filters(self) -> list[str]:
        """The words of the address that choose who is shown, for the read trace; never what they say."""
        chosen = {"unite": self.unit, "etat": self.state, "q": self.search, "marque": self.mark}
        return sorted(name for name, value in chosen.items() if value)

    def url(self, **changes: str | None) -> str:
        """The address of the board with some of its words changed; an empty one is left out."""
        params = {"unite": "" if self.is_implied else self.unit, "etat": SLUGS[self.state] if self.state else ""}
        params |= {"marque": self.mark or ""}
        params |= {"q": self.search, "a": moments.written(self.at) if self.at else ""}
        params |= {"depuis": moments.written(self.since) if self.since else ""}
        params |= {"seulement": CHANGES if self.only_changed else ""}
        params |= {"vue": "" if self.view == View.UNITS else self.view}
        params |= {"densite": "" if self.density == Density.NORMAL else self.density}
        params |= {"mode": "mural" if self.wall else ""}
        kept = {name: value for name, value in (params | changes).items() if value}
        return f"?{urlencode(kept)}" if kept else "?"


def query(params: Mapping[str, str]) -> Query:
    """Read the address. Raises ``Invalid`` with a sentence for a word or a moment that is none."""
    names = ("unite", "etat", "a", "depuis", "vue", "densite", "marque")
    words = {name: params.get(name, "").strip() for name in names}
    return Query(
        unit=_unit(words["unite"]),
        state=_state(words["etat"]),
        search=printable(params.get("q", "")),
        at=moments.read(words["a"], field="a"),
        wall=params.get("mode") == "mural",
        view=_one_of(View, words["vue"], _("Il n’y a pas de vue « %s »."), "vue") or View.UNITS,
        density=_one_of(Density, words["densite"], _("Il n’y a pas de densité « %s »."), "densite") or Density.NORMAL,
        mark=_one_of(Mark, words["marque"], _("Il n’y a pas de filtre « %s »."), "marque"),
        since=moments.read(words["depuis"], field="depuis"),
        only_changed=params.get("seulement") == CHANGES,
    )


def _unit(code: str) -> str:
    """A code that somebody can have typed: nothing in the database may be asked for one with a NUL in it."""
    if code != printable(code):
        raise Invalid(_("Il n’y a pas d’unité « %s ».") % printable(code)[:20], code="unknown_unit", field="unite")
    return code


def _one_of(kind: type[W], word: str, sentence: str, field: str) -> W | None:
    if not word:
        return None
    try:
        return kind(word)
    except ValueError:
        raise Invalid(sentence % word[:20], code=f"unknown_{field}", field=field) from None


def _state(word: str) -> BedState | None:
    if not word:
        return None
    if word in STATES:
        return STATES[word]
    if word in BedState.values:
        return BedState(word)
    raise Invalid(_("Il n’y a pas d’état de lit « %s ».") % word[:20], code="unknown_state", field="etat")
