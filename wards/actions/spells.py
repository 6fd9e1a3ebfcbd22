"""Pieces of the acts on covers, absences and duties: cutting short, and taking back what was last said."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import VIOLATIONS
from wards.models import Absence
from wards.models.covers import Spell

SENTENCES: dict[str, str | Promise] = {
    "cover_once": _("Cette personne tient déjà le relais de cette unité sur cette période."),
    "absence_once": _("Une absence de cette personne est déjà notée sur cette période."),
    "duty_once": _("Cette personne a déjà cette garde sur cette période."),
}
VIOLATIONS.update(SENTENCES)


def cut(spell: Spell, *, to: datetime, action: str, by: User | None, at: datetime, **params: Any) -> None:
    """Let a locked spell end at ``to``; the audit line keeps the end that was, so that it can be given back."""
    former = spell.ends_at
    spell.ends_at = to
    spell.save(update_fields=["ends_at"])
    audit.record(action, subject=spell, by=by, at=at, was_until=former.isoformat(), **params)


def end(spell: Spell, *, action: str, by: User | None, at: datetime, **params: Any) -> None:
    """Let a locked spell end now; one that has not begun never does."""
    cut(spell, to=max(spell.starts_at, at), action=action, by=by, at=at, **params)


def take_back(spell: Spell, *, former: datetime | None, action: str, by: User | None, at: datetime) -> None:
    """Undo the last act on a locked spell: give it its ``former`` end back or, with none, take the spell itself back.

    Rights that were held are not unheld: a cover or duty that has begun ends now. An absence never was.
    """
    begins = spell.starts_at if isinstance(spell, Absence) else max(spell.starts_at, at)
    spell.ends_at = begins if former is None else former
    spell.save(update_fields=["ends_at"])
    audit.record(action, subject=spell, by=by, at=at, undone=True)
