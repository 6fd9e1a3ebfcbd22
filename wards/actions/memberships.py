"""Who works where."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy

from amh.core import audit
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.transactions import VIOLATIONS, act
from wards.models import Membership
from wards.queries import staffs, structures
from wards.rules import memberships as rules

ALREADY = gettext_lazy("Cette personne travaille déjà dans cette unité.")

VIOLATIONS["membership_once"] = ALREADY


@act
def join(*, user: User, codes: Collection[str], by: User | None, at: datetime) -> list[Membership]:
    """Make ``user`` a member of the units with these codes, from ``at`` on and until further notice.

    Raises ``Denied``, ``Invalid`` (a code that no unit has) or ``Conflict`` (a member already, unit out of service,
    account closed).
    """
    user = staffs.locked(user.pk)
    units = structures.units_locked(codes)
    rules.check_join(user, codes, units, by=by, at=at)
    if staffs.memberships(user, at=at).filter(unit__in=units.values()).exists():
        raise Conflict(str(ALREADY), code="member", field="unit")
    made = [Membership.objects.create(user=user, unit=unit, valid_from=at) for unit in units.values()]
    for one in made:
        audit.record("membership.join", subject=one, by=by, at=at, user=user.pk, unit=one.unit_id)
    return made


@act
def leave(*, membership: Membership, by: User | None, at: datetime) -> None:
    """End a membership now: its rights end with it. Raises ``Conflict`` (over already) or ``Denied``."""
    staffs.locked(membership.user_id)
    membership = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    rules.check_leave(membership, by=by, at=at)
    membership.valid_until = max(membership.valid_from, at)
    membership.save(update_fields=["valid_until"])
    params = {"user": membership.user_id, "unit": membership.unit_id}
    audit.record("membership.leave", subject=membership, by=by, at=at, **params)
