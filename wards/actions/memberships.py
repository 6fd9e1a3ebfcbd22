"""Who works where."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import audit, rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import VIOLATIONS, act
from wards.models import Membership
from wards.queries import structures

ALREADY = gettext_lazy("Cette personne travaille déjà dans cette unité.")

VIOLATIONS["membership_once"] = ALREADY


@act
def join(*, user: User, codes: Collection[str], by: User | None, at: datetime) -> list[Membership]:
    """Make ``user`` a member of the units with these codes, from ``at`` on and until further notice.

    Raises ``Denied``, ``Invalid`` (a code that no unit has) or ``Conflict`` (a member already).
    """
    rules.check(by, Permission.SET_ACCOUNTS)
    units = structures.units_locked(codes)
    unknown = [code for code in codes if code not in units]
    if unknown:
        raise Invalid(_("Unité inconnue : %s.") % ", ".join(unknown), code="unknown_unit", field="unit")
    if Membership.objects.filter(user=user, unit__in=units.values(), valid_until=None).exists():
        raise Conflict(str(ALREADY), code="member", field="unit")
    made = [Membership.objects.create(user=user, unit=unit, valid_from=at) for unit in units.values()]
    for one in made:
        audit.record("membership.join", subject=one, by=by, at=at, user=user.pk, unit=one.unit_id)
    return made
