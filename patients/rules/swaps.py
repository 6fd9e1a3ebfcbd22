"""When two patients may exchange their beds."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules as core_rules
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Placement, Stay
from patients.rules import beds as bed_rules
from patients.rules import stays as rules
from patients.rules.times import check_time
from wards.models import Bed


def check_swap(stay: Stay, other: Stay, *, by: User | None, at: datetime, now: datetime) -> tuple[Bed, Bed]:
    """Raise unless the two may exchange their beds at ``at``; return the beds where they lie, in that order.

    Both beds must be open, kept for nobody else, and ``by`` must have the right in both units.
    """
    if stay.pk == other.pk:
        raise Conflict(_("Un patient n’échange pas son lit avec lui-même."), code="same_stay", field="other")
    here, there = (_check_lies(one, by=by, now=now) for one in (stay, other))
    for one, to in ((stay, there), (other, here)):
        pair = {stay.pk, other.pk}
        check_time(one, at=at, now=now)
        core_rules.check(by, Permission.PLACE, unit_id=to.room.unit_id)
        bed_rules.check_exists(to, at=now)
        bed_rules.check_open(to, at=now)
        bed_rules.check_unoccupied(to, one, by=by, at=at, now=now, besides=pair)
        bed_rules.check_unreserved(to, one, by=by, at=now, besides=pair)
        rules.check_not_elsewhere(one, to.room.unit, to, at=at, now=now, besides=pair)
    return here, there


def _check_lies(stay: Stay, *, by: User | None, now: datetime) -> Bed:
    place: Placement | None = rules.check_here(stay, Permission.PLACE, by=by, now=now)
    if place is None or place.bed is None:
        facts = {"patient": bed_rules.named(stay.patient, unit_id=stay.unit_id, to=by, stay=stay)}
        raise Conflict(
            _("%(patient)s n’a pas de lit à échanger. Lui attribuer un lit.") % facts, code="no_bed", field="other"
        )
    return place.bed
