"""Close beds for a time, now or to come: one, those of a room, those of a unit; all or none."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from amh.core import audit
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.queries import locks
from patients.rules import closures as rules
from wards.models import Bed, Closure, ClosureKind, ClosureReason, Room, Unit
from wards.models.validity import valid_at


@act
def close(
    *,
    beds: Sequence[Bed],
    reason: ClosureReason,
    by: User | None,
    at: datetime,
    starts_at: datetime | None = None,
    until: datetime | None = None,
    kind: ClosureKind = ClosureKind.CLOSED,
) -> list[Closure]:
    """Close beds from now or a time to come, until a moment when it is known.

    Raises ``Conflict`` naming every fault (occupied, kept, closed already), ``Invalid`` (end before beginning) or
    ``Denied``; then nothing is closed.
    """
    locked = list(locks.beds(bed.pk for bed in beds).values())
    starts_at = starts_at or at
    rules.check_close(locked, starts_at=starts_at, until=until, by=by, now=at)
    closures = [
        Closure.objects.create(
            bed=bed, kind=kind, reason=reason, starts_at=starts_at, ends_at=until, entered_at=at, entered_by=by
        )
        for bed in locked
    ]
    _say("bed.close", closures, by=by, at=at)
    return closures


@act
def close_room(
    *,
    room: Room,
    reason: ClosureReason,
    by: User | None,
    at: datetime,
    starts_at: datetime | None = None,
    until: datetime | None = None,
    kind: ClosureKind = ClosureKind.CLOSED,
) -> list[Closure]:
    """Close every bed of a room but those that are closed for all that time already. Raises what ``close`` raises."""
    beds = _still_open(room.beds.filter(valid_at(at)), starts_at=starts_at or at, until=until)
    return close(beds=beds, reason=reason, by=by, at=at, starts_at=starts_at, until=until, kind=kind)


@act
def close_unit(
    *,
    unit: Unit,
    reason: ClosureReason,
    by: User | None,
    at: datetime,
    starts_at: datetime | None = None,
    until: datetime | None = None,
    kind: ClosureKind = ClosureKind.CLOSED,
) -> list[Closure]:
    """Close every bed of a unit but those that are closed for all that time already.

    Nobody may be expected in the unit then. Raises what ``close`` raises.
    """
    beds = _still_open(Bed.objects.filter(valid_at(at), room__unit=unit), starts_at=starts_at or at, until=until)
    rules.check_close_unit(unit, starts_at=starts_at or at, until=until, by=by, now=at)
    return close(beds=beds, reason=reason, by=by, at=at, starts_at=starts_at, until=until, kind=kind)


def _still_open(beds: Iterable[Bed], *, starts_at: datetime, until: datetime | None) -> list[Bed]:
    """Lock the beds and leave those that are closed already out. Raises ``Conflict`` when none is left."""
    locked = locks.beds(bed.pk for bed in beds)
    covered = rules.covered(locked.values(), starts_at=starts_at, until=until)
    left = [bed for pk, bed in locked.items() if pk not in covered]
    if not left:
        raise Conflict(_("Il n’y a aucun lit à fermer."), code="nothing_to_close")
    return left


@act
def set_end(*, closure: Closure, until: datetime | None, by: User | None, at: datetime) -> Closure:
    """Shorten a closure, or prolong it over a time in which nobody is there; ``None``: until somebody lifts it.

    Raises ``Conflict``, ``Invalid`` (an end that is past, or before the beginning) or ``Denied``.
    """
    closure = _locked(closure)
    rules.check_set_end(closure, until, by=by, now=at)
    return _end(closure, until, action="bed.set_closure_end", by=by, at=at)


@act
def lift(*, closure: Closure, by: User | None, at: datetime) -> Closure:
    """End a closure now; ``set_end`` takes that back. Raises ``Conflict`` (not begun, or over) or ``Denied``."""
    closure = _locked(closure)
    rules.check_lift(closure, by=by, now=at)
    return _end(closure, at, action="bed.reopen", by=by, at=at)


@act
def cancel(*, closure: Closure, by: User | None, at: datetime) -> Closure:
    """Strike out a closure that has not begun. Raises ``Conflict`` once it has, ``Denied`` without the right."""
    closure = _locked(closure)
    rules.check_cancel(closure, by=by, now=at)
    return _end(closure, closure.starts_at, action="bed.cancel_closure", by=by, at=at)


@act
def set_ends(*, closures: Iterable[Closure], until: datetime | None, by: User | None, at: datetime) -> list[Closure]:
    """Do ``set_end`` for several closures: all or none."""
    return [set_end(closure=one, until=until, by=by, at=at) for one in _in_order(closures)]


@act
def end(*, closures: Iterable[Closure], by: User | None, at: datetime) -> list[Closure]:
    """End several closures, all or none: those that have begun are lifted, those to come struck out."""
    ordered = _in_order(closures)
    return [(lift if one.starts_at <= at else cancel)(closure=one, by=by, at=at) for one in ordered]


def _in_order(closures: Iterable[Closure]) -> list[Closure]:
    return sorted(closures, key=attrgetter("bed_id"))


def _locked(closure: Closure) -> Closure:
    bed = locks.beds([closure.bed_id])[closure.bed_id]
    closure = Closure.objects.get(pk=closure.pk)
    closure.bed = bed
    return closure


def _end(closure: Closure, until: datetime | None, *, action: str, by: User | None, at: datetime) -> Closure:
    ends: dict[str, Any] = {
        "was": closure.ends_at and closure.ends_at.isoformat(),
        "until": until and until.isoformat(),
    }
    closure.ends_at = until
    closure.save(update_fields=["ends_at"])
    _say(action, [closure], by=by, at=at, **ends)
    return closure


def _say(action: str, closures: Sequence[Closure], *, by: User | None, at: datetime, **params: Any) -> None:
    for closure in closures:
        audit.record(action, subject=closure.bed, by=by, at=at, closure=closure.pk, **params)
    beds = [closure.bed for closure in closures]
    events.board_changed(beds=[bed.pk for bed in beds], at=at)
