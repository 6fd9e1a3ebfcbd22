"""Who may be on call."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.accounts import DEVICES
from amh.core.dates import moment
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from wards.models import Duty, DutyKind, Unit
from wards.queries import staffs
from wards.rules import spells
from wards.rules.spells import Period

LONGEST = timedelta(days=31)


def check_give(kind: DutyKind, user: User, unit: Unit | None, when: Period, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may put ``user`` on call for that time, in the unit or (``None``) the whole hospital."""
    rules.check(by, Permission.SET_STAFF, unit_id=unit.pk if unit else None)
    spells.check_period(when, longest=LONGEST, at=at)
    check_free(kind, user, unit, when, at=at)


def check_free(
    kind: DutyKind, user: User, unit: Unit | None, when: Period, *, at: datetime, but: int | None = None
) -> None:
    """Raise ``Conflict`` unless the person can be on call for all that time; ``but`` is a duty that counts not."""
    spells.check_active(user)
    if user.role in DEVICES:
        raise Conflict(_("Une garde se confie à une personne."), code="not_a_person", field="user")
    if unit is not None:
        spells.check_in_service(unit, when, at=at)
    spells.check_present(user, when, at=at)
    other = staffs.duty(user, kind, unit, *when, but=but)
    if other is not None:
        facts = {"who": user, "kind": kind.label.lower(), "to": moment(other.ends_at, now=at)}
        sentence = _("%(who)s a déjà cette garde (%(kind)s) jusqu’à %(to)s.") % facts
        raise Conflict(sentence, code="on_duty_already", field="user")


def check_change(duty: Duty, *, by: User | None) -> None:
    """Raise ``Denied`` unless ``by`` says who is on call there."""
    rules.check(by, Permission.SET_STAFF, unit_id=duty.unit_id)
