"""One answer to a place of which the feed and hands say two things: it is as this one of them said (WR-2)."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core.errors import Conflict
from amh.core.models import User
from patients.actions import stays
from patients.models import Movement


def settle(*, said: Movement, by: User, at: datetime) -> Movement:
    """Have the patient where ``said`` says: a new movement by hand, which can be undone like any other.

    Raises ``Conflict`` (struck out since, bed held, patient gone, already there), ``Invalid`` or ``Denied``.
    """
    if said.cancelled_at is not None or said.unit is None:
        raise Conflict(_("Ce mouvement vient d’être annulé. Recharger la page."), code="changed")
    if said.bed is not None:
        return stays.move(stay=said.stay, to=said.bed, by=by, at=at)
    return stays.wait(stay=said.stay, unit=said.unit, by=by, at=at)
