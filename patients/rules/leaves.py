"""When a patient may go on leave, and come back (DR-5)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core.dates import local, moment
from amh.core.errors import Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Placement, Stay, StayState
from patients.rules import stays as rules
from patients.rules.times import check_time

LONGEST = timedelta(days=2)
"""A leave lasts two full days at most (DR-5)."""


def check_leave(stay: Stay, *, until: datetime, by: User | None, at: datetime, now: datetime) -> Placement | None:
    """Raise unless ``by`` may record that the patient went on leave at ``at``, to be back at ``until``."""
    place = rules.check_here(stay, Permission.PLACE, by=by, now=now, states=[StayState.PRESENT])
    check_time(stay, at=at, now=now)
    if until <= at:
        raise Invalid(_("Le retour prévu précède le départ en permission."), code="order", field="until")
    if until.timestamp() > _latest(at).timestamp():
        raise Invalid(
            _("Une permission dure deux jours au plus : retour au plus tard le %s. Au-delà, c’est une sortie.")
            % moment(_latest(at), now=now),
            code="leave_too_long",
            field="until",
        )
    return place


def _latest(at: datetime) -> datetime:
    """Two days later at the same hour of the ward's clock, whatever that clock has done in between."""
    return local(at) + LONGEST


def check_come_back(stay: Stay, *, by: User | None, at: datetime, now: datetime) -> Placement | None:
    """Raise unless ``by`` may record that the patient came back at ``at``."""
    place = rules.check_here(stay, Permission.PLACE, by=by, now=now, states=[StayState.ON_LEAVE])
    check_time(stay, at=at, now=now)
    return place


def check_lounge(stay: Stay, *, by: User | None, at: datetime, now: datetime) -> Placement | None:
    """Raise unless ``by`` may record that the patient went to wait in the lounge at ``at`` (FL-8)."""
    place = rules.check_here(stay, Permission.PLACE, by=by, now=now, states=[StayState.PRESENT])
    check_time(stay, at=at, now=now)
    return place
