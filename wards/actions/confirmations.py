"""The morning confirmation: a unit says that what the board shows of it is true (WR-4)."""

from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from wards import signals
from wards.models import Confirmation, Unit
from wards.queries import confirmations as queries
from wards.queries import locks
from wards.rules import confirmations as rules


@act
def confirm(*, unit: Unit, doubts: int = 0, by: User, at: datetime) -> Confirmation:
    """Confirm the board of the unit, letting that many ``doubts`` stand.

    Pressed twice, by one person or by two, it is one confirmation: see ``rules.SAME``; fewer or more doubts are another
    one. Raises ``Denied``, or ``Conflict`` when the unit is out of service.
    """
    unit = locks.unit(unit.pk)
    rules.check_confirm(unit, by=by, at=at)
    same = queries.same(unit, doubts=doubts, since=at - rules.SAME)
    if same is not None:
        return same
    made = Confirmation.objects.create(unit=unit, doubts=doubts, confirmed_by=by, confirmed_at=at)
    audit.record("unit.confirm", subject=unit, by=by, at=at, confirmation=made.pk, doubts=doubts)
    signals.unit_confirmed.send(sender=None, unit_id=unit.pk, at=at)
    return made
