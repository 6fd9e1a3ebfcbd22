"""The ways of looking at a page that people keep under a name."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import audit
from amh.core import saved_views as rules
from amh.core.errors import Conflict
from amh.core.models import SavedView, User
from amh.core.transactions import VIOLATIONS, act

VIOLATIONS["saved_view_name_once"] = rules.TAKEN
VIOLATIONS["saved_view_one_first"] = gettext_lazy("Une autre de vos vues s’ouvre déjà en premier.")


@act
def save(*, page: str, name: str, query: str, by: User, at: datetime, is_first: bool = False) -> SavedView:
    """Keep the address ``query`` of a page under a name; only what its reader knows of it is kept.

    Raises ``Invalid`` (no name, an address that is none) or ``Conflict`` (name taken, too many).
    """
    _lock(by)
    said = rules.check_name(name, page, by=by)
    query = rules.kept(page, query, at=at)
    rules.check_room(page, by=by)
    if is_first:
        _step_back(page, by=by)
    view = SavedView.objects.create(user=by, page=page, name=said, query=query, is_first=is_first, saved_at=at)
    audit.record("saved_view.create", subject=view, by=by, at=at, page=page)
    return view


@act
def change(*, view: SavedView, name: str, is_first: bool, by: User, at: datetime) -> SavedView:
    """Call a view otherwise, and say whether the page opens with it. Raises what ``save`` raises, or ``Denied``."""
    view = _mine(view, by=by)
    view.name = rules.check_name(name, view.page, by=by, besides=view)
    if is_first and not view.is_first:
        _step_back(view.page, by=by)
    view.is_first = is_first
    view.save(update_fields=["name", "is_first"])
    audit.record("saved_view.change", subject=view, by=by, at=at, page=view.page)
    return view


@act
def remove(*, view: SavedView, by: User, at: datetime) -> None:
    """Keep a view no longer; ``save`` takes that back. Raises ``Conflict`` (removed already) or ``Denied``."""
    view = _mine(view, by=by)
    audit.record("saved_view.remove", subject=view, by=by, at=at, page=view.page)
    view.delete()


def _lock(by: User) -> None:
    """One act at a time on the views of a person: they are counted, and one of them comes first."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)


def _mine(view: SavedView, *, by: User) -> SavedView:
    rules.check_own(view, by=by)
    _lock(by)
    found = SavedView.objects.filter(pk=view.pk).first()
    if found is None:
        raise Conflict(_("Cette vue est déjà retirée."), code="no_view")
    return found


def _step_back(page: str, *, by: User) -> None:
    SavedView.objects.filter(user=by, page=page, is_first=True).update(is_first=False)
