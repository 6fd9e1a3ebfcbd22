"""The wall screens as their list shows them: what each shows, when it was last seen, how it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core import dates
from wards.models import Screen
from wards.queries import screens

SILENT = timedelta(minutes=5)
"""A screen that is on shows itself every minute."""


@dataclass(frozen=True)
class Line:
    """One screen in words; ``loud`` when somebody should go and see."""

    screen: Screen
    units: str
    seen: str
    state: str
    loud: bool = False


def lines(*, at: datetime) -> Iterator[Line]:
    """Every screen, those in service first, as it is at ``at``."""
    for screen in screens.listed():
        units = ", ".join(unit.name for unit in screen.units.all()) or _("toutes")
        silent = _is_silent(screen, at=at)
        yield Line(screen, units, _seen(screen, at=at), _state(screen, silent=silent, at=at), loud=silent)


def _seen(screen: Screen, *, at: datetime) -> str:
    if screen.seen_at is not None:
        return _("vu %s") % dates.when(screen.seen_at, now=at)
    return _("jamais vu") if screen.enrolled_at else _("jamais installé")


def _is_silent(screen: Screen, *, at: datetime) -> bool:
    """Installed, in service, and not seen for longer than one that is on would be."""
    return bool(screen.key_digest and (screen.seen_at is None or at - screen.seen_at > SILENT))


def _state(screen: Screen, *, silent: bool, at: datetime) -> str:
    if screen.revoked_at is not None:
        return _("retiré %s") % dates.when(screen.revoked_at, now=at)
    if not screen.account.is_active:
        return _("compte fermé")
    if screen.code_until is not None and screen.code_until > at:
        return _("code donné, valable jusqu’à %s") % dates.clock(screen.code_until)
    if not screen.key_digest:
        return _("à installer")
    return _("éteint ou coupé du réseau") if silent else _("en marche")
