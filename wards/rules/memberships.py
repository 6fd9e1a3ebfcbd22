"""Who may join a unit, and leave it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from wards.models import Membership, Unit


def check_join(user: User, codes: Collection[str], units: Mapping[str, Unit], *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may make the person a member of the units with these codes."""
    rules.check(by, Permission.SET_ACCOUNTS)
    unknown = [code for code in codes if code not in units]
    if unknown:
        raise Invalid(_("Unité inconnue : %s.") % ", ".join(unknown), code="unknown_unit", field="unit")
    closed = [unit.name for unit in units.values() if unit.valid_until is not None and unit.valid_until <= at]
    if closed:
        raise Conflict(_("Unité qui n’est plus en service : %s.") % ", ".join(closed), code="unit_closed", field="unit")
    if not user.is_active:
        raise Conflict(_("%s : ce compte est fermé.") % user, code="inactive", field="user")


def check_leave(membership: Membership, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may end the membership now."""
    rules.check(by, Permission.SET_ACCOUNTS)
    if membership.valid_until is not None and membership.valid_until <= at:
        left = moment(membership.valid_until, now=at)
        raise Conflict(_("Cette affectation est déjà terminée : %s.") % left, code="already_over")
