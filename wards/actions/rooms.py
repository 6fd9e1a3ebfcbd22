"""The rooms of a unit: describe them. Taking one out of service is asked of ``patients.actions.structures``."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from amh.core import audit
from amh.core import rules as core_rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from wards import signals
from wards.actions import beds
from wards.models import Bed, Room, Unit
from wards.queries import locks
from wards.rules import rooms as rules
from wards.rules import services


@act
def create(*, unit: Unit, label: str, shielded: bool = False, by: User | None, at: datetime) -> Room:
    """Describe a new room of a unit. Raises ``Denied``, ``Invalid`` or ``Conflict`` (number taken, unit gone)."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    unit = locks.unit(unit.pk)
    services.check_in_service(unit, at=at)
    room = Room(unit=unit, label=" ".join(label.split()), shielded=shielded, valid_from=at)
    rules.check_described(room)
    room.save()
    audit.record("room.create", subject=room, by=by, at=at, unit=unit.pk)
    signals.tell([unit.pk], at=at)
    return room


@act
def change(*, room: Room, label: str, shielded: bool, by: User | None, at: datetime) -> Room:
    """Call a room otherwise, say whether it is shielded. Raises ``Denied``, ``Invalid`` or ``Conflict``."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    room = locks.room(room.pk)
    room.label, room.shielded = " ".join(label.split()), shielded
    rules.check_described(room)
    room.save(update_fields=["label", "shielded"])
    audit.record("room.change", subject=room, by=by, at=at, unit=room.unit_id)
    signals.tell([room.unit_id], _bed_ids(room), at=at)
    return room


def retire(room: Room, locked: Sequence[Bed], *, until: datetime, by: User | None, at: datetime) -> None:
    """Take a locked room and its ``locked`` beds out of service, once it is known that nobody is in them."""
    services.check_retire(room, *locked, until=until, now=at)
    gone = beds.end(locked, until=until, planned=room.valid_until)
    room.valid_until = until
    room.save(update_fields=["valid_until"])
    audit.record("room.retire", subject=room, by=by, at=at, until=until.isoformat(), beds=gone)
    signals.tell([room.unit_id], gone, at=at)


@act
def restore(*, room: Room, by: User | None, at: datetime) -> None:
    """Put a room back into service with the beds that went with it. Raises ``Denied`` or ``Conflict``."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    room = locks.room(room.pk)
    services.check_restore(room, room.unit, now=at)
    back = beds.resume(locks.beds(Q(room=room)), gone_at=room.valid_until)
    room.valid_until = None
    room.save(update_fields=["valid_until"])
    audit.record("room.restore", subject=room, by=by, at=at, beds=back)
    signals.tell([room.unit_id], back, at=at)


def _bed_ids(room: Room) -> list[int]:
    return list(room.beds.values_list("pk", flat=True))
