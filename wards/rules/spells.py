"""What covers, absences and duties have in common: a time that makes sense, a person who can, an act taken back."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amh.core.dates import moment
from amh.core.errors import Conflict, Invalid
from amh.core.models import AuditEntry, User
from wards.models import Unit
from wards.models.covers import Spell
from wards.queries import staffs

AHEAD = timedelta(days=366)
"""How long before it begins something can be planned."""
UNDO_WINDOW = timedelta(days=1)
"""How long after it was said an act can be taken back."""


class Period(NamedTuple):
    """From an instant to another that is no longer in it, both in UTC: a night's second 02:30 comes after the first."""

    starts_at: datetime
    ends_at: datetime


def period(starts_at: datetime, ends_at: datetime) -> Period:
    """The two moments as instants."""
    return Period(starts_at.astimezone(UTC), ends_at.astimezone(UTC))


def from_now(when: Period, *, at: datetime) -> Period:
    """What is left of a time at ``at``: a right begins when it is given, never before."""
    return Period(max(when.starts_at, at.astimezone(UTC)), when.ends_at) if when.ends_at > at else when


def check_period(when: Period, *, longest: timedelta, at: datetime) -> None:
    """Raise ``Invalid`` for a time that ends before it begins, is over, lasts too long or is too far away."""
    if when.ends_at <= when.starts_at:
        raise Invalid(_("La fin doit venir après le début."), code="end_before_start", field="ends_at")
    if when.ends_at <= at:
        raise Invalid(_("Cette période est déjà passée."), code="in_the_past", field="ends_at")
    if when.starts_at - at > AHEAD:
        raise Invalid(_("On ne prévoit pas plus d’un an à l’avance."), code="too_far", field="starts_at")
    if when.ends_at - when.starts_at > longest:
        sentence = ngettext("La période dépasse %d jour.", "La période dépasse %d jours.", longest.days)
        raise Invalid(sentence % longest.days, code="too_long", field="ends_at")


def check_active(user: User) -> None:
    """Raise ``Conflict`` for a person whose account is closed."""
    if not user.is_active:
        raise Conflict(_("%s : ce compte est fermé.") % user, code="inactive", field="user")


def check_in_service(unit: Unit, when: Period, *, at: datetime) -> None:
    """Raise ``Conflict`` unless the unit exists from the beginning of that time to its end."""
    if unit.valid_from > when.starts_at:
        opened = moment(unit.valid_from, now=at)
        sentence = _("%(unit)s n’est en service qu’à partir de : %(at)s.") % {"unit": unit, "at": opened}
        raise Conflict(sentence, code="unit_closed", field="unit")
    if unit.valid_until is not None and unit.valid_until < when.ends_at:
        closed = moment(unit.valid_until, now=at)
        sentence = _("%(unit)s n’est plus en service à partir de : %(at)s.") % {"unit": unit, "at": closed}
        raise Conflict(sentence, code="unit_closed", field="unit")


def check_present(user: User, when: Period, *, at: datetime) -> None:
    """Raise ``Conflict`` for a person who is away at some instant of that time."""
    away = staffs.absence(user, *when)
    if away is not None:
        facts = {"who": user, "from": moment(away.starts_at, now=at), "to": moment(away.ends_at, now=at)}
        sentence = _("%(who)s : absence de %(from)s à %(to)s. Choisir une autre personne ou une autre période.") % facts
        raise Conflict(sentence, code="absent", field="user")


def check_not_over(spell: Spell, *, at: datetime) -> None:
    """Raise ``Conflict`` for a spell that is over, or was taken back."""
    if spell.ends_at == spell.starts_at:
        raise Conflict(_("C’est déjà annulé."), code="already_cancelled")
    if spell.ends_at <= at:
        sentence = _("C’est déjà terminé depuis : %s.") % moment(spell.ends_at, now=at)
        raise Conflict(sentence, code="already_over")


def undone(spell: Spell, last: AuditEntry, *, at: datetime) -> datetime | None:
    """The end that undoing the ``last`` act gives back to the spell; ``None`` when that act made the spell itself.

    Raises ``Conflict`` for what was undone already, was said too long ago, or would have been over by now.
    """
    if "undone" in last.params:
        raise Conflict(_("C’est déjà annulé."), code="already_cancelled")
    if at - last.at > UNDO_WINDOW:
        raise Conflict(_("On ne peut plus l’annuler : c’était il y a plus d’un jour."), code="too_late")
    if "was_until" not in last.params:
        check_not_over(spell, at=at)
        return None
    former = datetime.fromisoformat(last.params["was_until"])
    if former <= at:
        sentence = _("La fin qui était prévue est passée : %s.") % moment(former, now=at)
        raise Conflict(sentence, code="already_over")
    return former
