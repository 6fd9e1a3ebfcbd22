"""What may be kept as a view: of which pages, what of their addresses, under which name, and how many."""

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import SavedView, User

MOST = 20
"""Views of one page that a person may keep."""
LONGEST_QUERY = 300
TAKEN = gettext_lazy("Une de vos vues porte déjà ce nom.")


class Reader(Protocol):
    """Reads what follows the question mark of a page's address and gives back what a view keeps of it.

    Raises ``Invalid`` for what the page itself would refuse at ``at``.
    """

    def __call__(self, query: str, *, at: datetime) -> str: ...


_readers: dict[str, Reader] = {}


def register(page: str, reader: Reader) -> None:
    """Let views of the page of that name be kept; called while the program starts."""
    _readers[page] = reader


def kept(page: str, query: str, *, at: datetime) -> str:
    """What a view keeps of an address. Raises ``Invalid`` for a page that keeps none, or an address that is none."""
    if page not in _readers:
        raise Invalid(_("Cette page n’enregistre pas de vues."), code="unknown_page", field="page")
    said = _readers[page](query, at=at)
    if len(said) > LONGEST_QUERY:
        raise Invalid(_("Cette vue a trop de filtres pour être enregistrée."), code="too_long", field="query")
    return said


def check_name(name: str, page: str, *, by: User, besides: SavedView | None = None) -> str:
    """The name as it is kept. Raises ``Invalid`` for none, ``Conflict`` for that of another view of the same page."""
    said = " ".join(name.split())
    if not said:
        raise Invalid(_("Donner un nom à cette vue."), code="required", field="name")
    others = SavedView.objects.filter(user=by, page=page, name__iexact=said)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise Conflict(str(TAKEN), code="name_taken", field="name")
    return said


def check_room(page: str, *, by: User) -> None:
    """Raise ``Conflict`` when the person keeps as many views of the page as may be."""
    if SavedView.objects.filter(user=by, page=page).count() >= MOST:
        sentence = _("Vous avez déjà %d vues de cette page : en retirer une d’abord.") % MOST
        raise Conflict(sentence, code="too_many")


def check_own(view: SavedView, *, by: User) -> None:
    """Raise ``Denied`` for the view of somebody else."""
    if view.user_id != by.pk:
        raise Denied(_("Cette vue est celle d’une autre personne."), code="denied")
