"""The beds of a room: describe them.

What needs to know who lies in them (out of service, into another room, another kind, another name of a bed) is asked of
``patients.actions.structures``, which calls the pieces below with rows that it has locked and looked at.
"""

from collections.abc import Iterable
from datetime import datetime

from amh.core import audit
from amh.core import rules as core_rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from wards import signals
from wards.models import Bed, Room
from wards.queries import locks
from wards.rules import beds as rules
from wards.rules import services


@act
def create(*, room: Room, label: str, kind: str, by: User | None, at: datetime) -> Bed:
    """Describe a new bed of a room. Raises ``Denied``, ``Invalid`` or ``Conflict`` (label taken, room gone)."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    room = locks.room(room.pk)
    services.check_in_service(room.unit, at=at)
    services.check_in_service(room, at=at)
    bed = Bed(room=room, label=" ".join(label.split()), kind=kind, valid_from=at)
    rules.check_described(bed)
    bed.save()
    audit.record("bed.create", subject=bed, by=by, at=at, room=room.pk)
    signals.tell([room.unit_id], [bed.pk], at=at)
    return bed


def describe(bed: Bed, *, room: Room, label: str, kind: str, by: User | None, at: datetime) -> Bed:
    """Make a locked bed what is said of it; it is then described, whoever had named it. Raises as ``create``."""
    if room.pk != bed.room_id:
        services.check_in_service(room.unit, at=at, field="room")
        services.check_in_service(room, at=at, field="room")
    touched = {bed.room.unit_id, room.unit_id}
    bed.room, bed.label, bed.kind, bed.to_be_referenced = room, " ".join(label.split()), kind, False
    rules.check_described(bed)
    bed.save(update_fields=["room", "label", "kind", "to_be_referenced"])
    audit.record("bed.change", subject=bed, by=by, at=at, room=room.pk)
    signals.tell(touched, [bed.pk], at=at)
    return bed


def retire(bed: Bed, *, until: datetime, by: User | None, at: datetime) -> None:
    """Take a locked bed out of service, once it is known that nobody is in it."""
    services.check_retire(bed, until=until, now=at)
    end([bed], until=until, planned=bed.valid_until)
    audit.record("bed.retire", subject=bed, by=by, at=at, until=until.isoformat())
    signals.tell([bed.room.unit_id], [bed.pk], at=at)


@act
def restore(*, bed: Bed, by: User | None, at: datetime) -> None:
    """Put a bed back into service, or keep it there. Raises ``Denied`` or ``Conflict`` (its room is not)."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    bed = locks.bed(bed.pk)
    services.check_restore(bed, bed.room, bed.room.unit, now=at)
    resume([bed], gone_at=bed.valid_until)
    audit.record("bed.restore", subject=bed, by=by, at=at)
    signals.tell([bed.room.unit_id], [bed.pk], at=at)


def rename(bed: Bed, *, same_as: Bed, by: User | None, at: datetime) -> None:
    """Say that a locked bed, named by a message, is another name of ``same_as``; it goes out of service at once."""
    rules.check_same_as(bed, same_as)
    bed.stands_for, bed.to_be_referenced, bed.valid_until = same_as, False, bed.valid_until or at
    bed.save(update_fields=["stands_for", "to_be_referenced", "valid_until"])
    audit.record("bed.rename", subject=bed, by=by, at=at, same_as=same_as.pk)
    signals.tell([bed.room.unit_id], [bed.pk], at=at)


def end(beds: Iterable[Bed], *, until: datetime, planned: datetime | None) -> list[int]:
    """Have locked beds that would last longer, or were to go as ``planned``, end at ``until``; return their ids."""
    ended = [bed.pk for bed in beds if services.goes(bed, until=until, planned=planned)]
    Bed.objects.filter(pk__in=ended).update(valid_until=until)
    return ended


def resume(beds: Iterable[Bed], *, gone_at: datetime | None) -> list[int]:
    """Bring back the locked beds that went at ``gone_at``; return their ids."""
    back = [bed.pk for bed in beds if bed.valid_until == gone_at and bed.stands_for_id is None]
    Bed.objects.filter(pk__in=back).update(valid_until=None)
    return back
