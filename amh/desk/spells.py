"""A cover, an absence or a duty in its dialog: what is known of it, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from amh.core.dates import moment
from amh.core.errors import Conflict
from wards.models.covers import Spell
from wards.queries import staffs
from wards.rules import spells as rules

SHOWN = "desk/teams/spell.html"


@dataclass(frozen=True)
class Act:
    """Something that can be done: at once, or after a question asked by a form of its own."""

    label: str
    url: str
    asks: bool = False


def former_end(spell: Spell, *, at: datetime) -> datetime | None:
    """The end that undoing the last act would give back; ``None`` when there is none, or it is too late."""
    try:
        return rules.undone(spell, staffs.last_act(spell), at=at)
    except Conflict:
        return None


def shown(
    request: HttpRequest,
    spell: Spell,
    title: str,
    facts: Sequence[tuple[str, object]],
    acts: Sequence[Act],
    *,
    at: datetime,
) -> HttpResponse:
    """The dialog: when, by whom it was said, ``facts`` and ``acts``."""
    when = _("de %(from)s à %(to)s") % {
        "from": moment(spell.starts_at, now=at),
        "to": moment(spell.ends_at, now=at),
    }
    said = [
        (_("Quand"), when),
        *facts,
        (_("Saisi par"), f"{spell.entered_by or _('le système')}, {moment(spell.entered_at, now=at)}"),
    ]
    return render(request, SHOWN, {"title": title, "facts": said, "acts": acts})
