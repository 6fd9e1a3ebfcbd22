"""When a person may take over a unit."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import ROLES, Permission, Scope
from wards.models import Cover, Unit
from wards.queries import staffs
from wards.rules import spells
from wards.rules.spells import Period

LONGEST = timedelta(days=90)
COVERING = frozenset(
    role for role, rights in ROLES.items() if Scope.OWN_UNITS in rights.values() or Permission.TAKE_COVER in rights
)
"""Trades to which a unit gives rights: the others would cover it in vain."""


def check_cover(unit: Unit, user: User, when: Period, *, replaces: User | None, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may entrust the unit to ``user`` for that time."""
    rules.check(by, Permission.SET_STAFF, unit_id=unit.pk)
    spells.check_period(when, longest=LONGEST, at=at)
    if replaces is not None and replaces.pk == user.pk:
        raise Invalid(_("On ne se remplace pas soi-même."), code="replaces_oneself", field="replaces")
    check_free(unit, user, when, at=at)


def check_take_over(unit: Unit, user: User, *, by: User, at: datetime) -> None:
    """Raise unless ``by``, who is ``user`` read afresh, may take over the unit at this instant."""
    rules.check(by, Permission.TAKE_COVER, unit_id=unit.pk)
    check_free(unit, user, spells.period(at, at + timedelta(seconds=1)), at=at)


def check_free(unit: Unit, user: User, when: Period, *, at: datetime, but: int | None = None) -> None:
    """Raise ``Conflict`` unless unit and person can be had for all that time; ``but`` is a cover that counts not."""
    spells.check_active(user)
    if user.role not in COVERING:
        sentence = _("Un relais ne donne aucun droit à ce rôle : %s.") % user.get_role_display()
        raise Conflict(sentence, code="role_without_units", field="user")
    spells.check_in_service(unit, when, at=at)
    spells.check_present(user, when, at=at)
    other = staffs.cover(user, unit, *when, but=but)
    if other is not None:
        facts = {"who": user, "unit": unit, "to": moment(other.ends_at, now=at)}
        sentence = _("%(unit)s : %(who)s tient déjà le relais jusqu’à %(to)s.") % facts
        raise Conflict(sentence, code="covers_already", field="user")


def take_over_end(unit: Unit, user: User, longest: timedelta, *, at: datetime) -> datetime:
    """Until when a unit taken over now is held: the person's shift, or what comes before its end.

    That is an absence of theirs, a cover of the same unit planned already, or the closing of the unit for good.
    """
    shift = spells.period(at, at + longest)
    away, planned = staffs.absence(user, *shift), staffs.cover(user, unit, *shift)
    starts = [one.starts_at for one in (away, planned) if one is not None]
    return min([shift.ends_at, *starts, *([unit.valid_until] if unit.valid_until else [])])


def check_change(cover: Cover, *, by: User | None) -> None:
    """Raise ``Denied`` unless ``by`` covers the unit themselves, or says who covers it."""
    own = by is not None and by.pk == cover.user_id and rules.may(by, Permission.TAKE_COVER, unit_id=cover.unit_id)
    if not own:
        rules.check(by, Permission.SET_STAFF, unit_id=cover.unit_id)
