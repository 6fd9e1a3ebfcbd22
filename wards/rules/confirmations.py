"""Who may say that the board of a unit is right."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from wards.models import Unit
from wards.rules.services import in_service

SAME = timedelta(minutes=2)
"""A confirmation that leaves as many doubts as the one before it, within this time, is that one pressed twice."""


def check_confirm(unit: Unit, *, by: User, at: datetime) -> None:
    """Raise unless ``by`` may confirm the board of the unit: ``Denied``, or ``Conflict`` when it is out of service."""
    rules.check(by, Permission.CONFIRM_BOARD, unit_id=unit.pk)
    if not in_service(unit, at=at):
        sentence = _("« %s » n’est pas en service : il n’y a rien à confirmer.") % unit
        raise Conflict(sentence, code="out_of_service")
