"""When an act on the ledger may be taken back, or its time corrected."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Movement, MovementKind, MovementSource, Stay
from patients.queries import delays, movements, placements
from patients.rules import beds as bed_rules
from patients.rules import stays as stay_rules
from patients.rules.projections import Projection, Segment, project
from patients.rules.times import check_moment, check_order
from wards.models import Bed, Unit

UNDO_WINDOW = timedelta(days=1)
"""How long after it was said an act can be taken back with one key; later it is for the admissions office."""

PERMISSIONS = {
    MovementKind.PREADMISSION: Permission.REGISTER,
    MovementKind.ADMISSION: Permission.PLACE,
    MovementKind.TRANSFER: Permission.PLACE,
    MovementKind.LEAVE: Permission.PLACE,
    MovementKind.RETURN: Permission.PLACE,
    MovementKind.LOUNGE: Permission.PLACE,
    MovementKind.DEATH: Permission.DISCHARGE,
    MovementKind.DEPARTURE: Permission.DISCHARGE,
    MovementKind.DISCHARGE: Permission.DISCHARGE,
}


def check_undo(rows: Sequence[Movement], *, by: User | None, now: datetime) -> None:
    """Raise unless each movement of the act is the last one of its stay, and the places they give back are free."""
    besides = {movement.stay_id for movement in rows} | placements.settled_before(rows)
    for movement in rows:
        back = projected(_check_last(movement, by=by, now=now)).segments
        if back:
            _check_gained(movement.stay, back[-1], since=movement.effective_at, by=by, now=now, besides=besides)


def check_retimable(movement: Movement, *, by: User | None, now: datetime) -> list[Movement]:
    """Raise unless ``by`` may correct the time of the movement, the last one of its stay; return those before it."""
    if movement.joint is not None or movement.kind == MovementKind.PREADMISSION:
        raise Conflict(_("L’heure de cet acte ne se corrige pas : l’annuler et le refaire."), code="not_retimable")
    if movement.kind == MovementKind.DISCHARGE and movement.source == MovementSource.FEED:
        raise Conflict(
            _("Cette sortie a été saisie par un autre logiciel : confirmer le départ à son heure réelle."),
            code="discharge_received",
        )
    return _check_last(movement, by=by, now=now)


def check_retime(movement: Movement, anew: Movement, *, by: User | None, now: datetime) -> None:
    """Raise unless the movement, the last one of its stay, can have happened at the time of ``anew`` instead."""
    before = check_retimable(movement, by=by, now=now)
    at, was = anew.effective_at, movement.effective_at
    check_moment(movement.stay.patient, at=at, now=now)
    check_order(previous(movement), at=at, now=now)
    anew.pk = movement.pk
    course = projected([*before, anew])
    anew.pk = None
    besides = {movement.stay_id} | placements.yielding([movement])
    for segment in course.segments:
        since, until = max(segment.starts_at, min(at, was)), _first(segment.ends_at, max(at, was))
        if since < until:
            _check_free(movement.stay, segment, since=since, until=until, by=by, now=now, besides=besides)


def previous(movement: Movement) -> Movement | None:
    """What happened just before the last movement of a stay; a departure may be before the discharge it confirms."""
    passed = {MovementKind.DISCHARGE} if movement.kind == MovementKind.DEPARTURE else set()
    before = [one for one in movements.in_order(movement.stay) if one.pk != movement.pk and one.kind not in passed]
    return before[-1] if before else None


def projected(standing: Sequence[Movement]) -> Projection:
    """What these movements of one stay amount to, with the delays of their units."""
    units = {movement.unit_id for movement in standing if movement.unit_id is not None}
    return project(standing, delays.after_discharge(units))


def _first(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _check_last(movement: Movement, *, by: User | None, now: datetime) -> list[Movement]:
    """Raise unless the movement is recent and the last one standing; return those before it."""
    standing = movements.in_order(movement.stay)
    check_last(movement, standing, by=by, now=now)
    return standing[:-1]


def check_last(movement: Movement, standing: Sequence[Movement], *, by: User | None, now: datetime) -> None:
    """Raise unless the movement was said lately, ``by`` has the right to it, and it comes last of ``standing``.

    It asks the database nothing: that nobody else has the place since is for ``check_undo``.
    """
    if movement.cancelled_at is not None:
        raise Conflict(_("Cet acte est déjà annulé."), code="already_cancelled")
    if now - movement.entered_at > UNDO_WINDOW:
        raise Conflict(_("Cet acte date de plus d’un jour : il ne s’annule plus ici."), code="too_old")
    if standing[-1].pk != movement.pk:
        raise Conflict(_("Un acte plus récent en dépend : annuler d’abord le dernier."), code="not_last")
    place = next((one for one in reversed(standing[:-1]) if one.unit_id), None)
    unit_id = movement.unit_id or (place.unit_id if place else movement.stay.unit_id)
    rules.check(by, _permission(movement), unit_id=unit_id)


def _permission(movement: Movement) -> Permission:
    """The right to the act itself; an admission that came with a discharge (home care) was a registration."""
    if movement.kind == MovementKind.ADMISSION and movement.joint is not None:
        return Permission.REGISTER
    return PERMISSIONS[MovementKind(movement.kind)]


def _check_gained(
    stay: Stay, place: Segment, *, since: datetime, by: User | None, now: datetime, besides: Collection[int]
) -> None:
    """Raise unless the place can be given back to the stay from ``since`` on; one that it never lost is its own."""
    if place.ends_at is not None and place.ends_at <= since:
        return
    held = placements.current(stay, at=now)
    if place.bed_id is not None and (held is None or held.bed_id != place.bed_id):
        bed = Bed.objects.select_related("room__unit").get(pk=place.bed_id)
        bed_rules.check_exists(bed, at=now)
        bed_rules.check_open(bed, at=now)
    _check_free(stay, place, since=since, until=place.ends_at, by=by, now=now, besides=besides)


def _check_free(
    stay: Stay,
    place: Segment,
    *,
    since: datetime,
    until: datetime | None,
    by: User | None,
    now: datetime,
    besides: Collection[int],
) -> None:
    bed = Bed.objects.select_related("room__unit").get(pk=place.bed_id) if place.bed_id is not None else None
    when: dict[str, Any] = {"at": since, "until": until, "now": now, "besides": besides}
    if bed is not None:
        bed_rules.check_unoccupied(bed, stay, by=by, **when)
    stay_rules.check_not_elsewhere(stay, Unit.objects.get(pk=place.unit_id), bed, **when)
