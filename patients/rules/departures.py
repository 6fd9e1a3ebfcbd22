"""When a departure that another system told may be confirmed, a death recorded, a body let go."""

from datetime import datetime
from itertools import takewhile

from django.utils.translation import gettext as _

from amh.core import rules as core_rules
from amh.core.dates import moment
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import ExitMode, Movement, MovementKind, MovementSource, Placement, Stay, StayState
from patients.queries import movements, placements
from patients.rules import beds as bed_rules
from patients.rules import stays as rules
from patients.rules.times import check_moment, check_order, check_time
from wards.models import Unit, UnitKind


def check_depart(stay: Stay, *, by: User | None, at: datetime, now: datetime) -> Placement:
    """Raise unless ``by`` may say when the patient, whose stay another system ended, left the bed; return that place.

    It may be before the hour that the other system gave, and after the bed was held free, unless it was given since.
    """
    place = placements.last(stay)
    core_rules.check(by, Permission.DISCHARGE, unit_id=place.unit_id if place else stay.unit_id)
    rules.check_state(stay, StayState.DISCHARGED, now=now)
    standing = movements.in_order(stay)
    if place is None or not _is_to_confirm(standing):
        raise Conflict(_("Le départ de ce patient est déjà enregistré."), code="already_left")
    check_moment(stay.patient, at=at, now=now)
    before = [one for one in standing if one.kind != MovementKind.DISCHARGE]
    check_order(before[-1] if before else None, at=at, now=now)
    if place.bed is not None and place.ends_at is not None and at > place.ends_at:
        bed_rules.check_unoccupied(place.bed, stay, by=by, at=place.ends_at, now=now, until=at)
    return place


ARRIVALS = frozenset({MovementKind.ADMISSION, MovementKind.TRANSFER, MovementKind.RETURN})


def _is_to_confirm(standing: list[Movement]) -> bool:
    """Tell whether the stay ended by what another system told, and nobody here has said when the patient left."""
    since = list(takewhile(lambda one: one.kind not in ARRIVALS, reversed(standing)))
    told = [one for one in since if one.kind == MovementKind.DISCHARGE and one.source == MovementSource.FEED]
    said = [one for one in since if one.kind in (MovementKind.DEPARTURE, MovementKind.LOUNGE)]
    ended = [one for one in since if one.kind == MovementKind.DISCHARGE and one.source == MovementSource.HAND]
    return bool(told) and not said and not ended


def check_die(stay: Stay, *, by: User | None, at: datetime, now: datetime) -> Placement | None:
    """Raise unless ``by`` may record that the patient died at ``at``, be their departure yet to be confirmed or not."""
    place = rules.check_right(stay, Permission.DISCHARGE, by=by, now=now)
    leaving = stay.state == StayState.DISCHARGED and place is not None
    states = {*rules.ALIVE, StayState.DISCHARGED} if leaving else rules.ALIVE
    if stay.state == StayState.DECEASED:
        raise Conflict(_("Le décès de ce patient est déjà enregistré."), code="stay_deceased")
    rules.check_state(stay, *states, now=now)
    check_time(stay, at=at, now=now)
    return place


def check_body_left(stay: Stay, *, by: User | None, at: datetime, now: datetime) -> Placement | None:
    """Raise unless ``by`` may record that the body left at ``at``."""
    place = rules.check_right(stay, Permission.DISCHARGE, by=by, now=now)
    if stay.state == StayState.DISCHARGED and stay.exit_mode == ExitMode.DEATH and stay.discharged_at:
        raise Conflict(
            _("Le départ du corps est déjà enregistré (%s).") % moment(stay.discharged_at, now=now),
            code="already_left",
        )
    if stay.state != StayState.DECEASED:
        raise Conflict(_("Aucun décès n’est enregistré pour ce séjour."), code="not_deceased")
    check_time(stay, at=at, now=now)
    return place


def check_to_home_care(stay: Stay, unit: Unit, *, by: User | None, at: datetime, now: datetime) -> Placement | None:
    """Raise unless ``by`` may end this stay and begin one of home care in ``unit`` (WR-17)."""
    place = rules.check_right(stay, Permission.DISCHARGE, by=by, now=now)
    core_rules.check(by, Permission.REGISTER, unit_id=unit.pk)
    rules.check_state(stay, *rules.ALIVE, now=now)
    if unit.kind != UnitKind.HOME_CARE:
        raise Conflict(
            _("%s n’est pas une unité d’hospitalisation à domicile.") % unit, code="not_home_care", field="unit"
        )
    bed_rules.check_unit_exists(unit, at=now)
    check_time(stay, at=at, now=now)
    return place
