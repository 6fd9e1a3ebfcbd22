"""Acts on units, rooms and beds that may hold a patient: out of service, elsewhere, another kind, another name.

Each locks the beds, looks whom they serve, and leaves the row to ``wards``; whoever is giving one of these beds to
a patient at the same instant waits for the lock and then sees what became of it.
"""

from datetime import datetime

from django.db.models import Q

from amh.core import rules as core_rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from patients.rules import structures as rules
from wards.actions import beds, rooms, units
from wards.models import Bed, Room, Unit
from wards.queries import locks


@act
def retire_bed(*, bed: Bed, until: datetime | None = None, by: User | None, at: datetime) -> None:
    """Take a bed out of service, now or from another moment on.

    Raises ``Conflict`` saying who lies in it, waits for it or has it kept, now or later; ``Invalid`` or ``Denied``.
    """
    core_rules.check(by, Permission.SET_STRUCTURE)
    bed = locks.bed(bed.pk)
    rules.check_beds_free(bed, [bed], after=until or at, by=by, now=at)
    beds.retire(bed, until=until or at, by=by, at=at)


@act
def retire_room(*, room: Room, until: datetime | None = None, by: User | None, at: datetime) -> None:
    """Take a room out of service with its beds. Raises as ``retire_bed``, for any of them."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    room = locks.room(room.pk)
    inside = locks.beds(Q(room=room))
    rules.check_beds_free(room, inside, after=until or at, by=by, now=at)
    rooms.retire(room, inside, until=until or at, by=by, at=at)


@act
def retire_unit(*, unit: Unit, until: datetime | None = None, by: User | None, at: datetime) -> None:
    """Take a unit out of service with its rooms and beds. Raises as ``retire_bed``; also for who is expected there."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    _retire(locks.unit(unit.pk, against_newcomers=True), until=until or at, by=by, at=at)


def _retire(unit: Unit, *, until: datetime, by: User | None, at: datetime) -> None:
    rooms_inside, inside = locks.rooms(unit), locks.beds(Q(room__unit=unit))
    rules.check_unit_free(unit, inside, after=until, by=by, now=at)
    units.retire(unit, rooms_inside, inside, until=until, by=by, at=at)


@act
def change_bed(*, bed: Bed, label: str, kind: str, room: Room | None = None, by: User | None, at: datetime) -> Bed:
    """Call a bed otherwise; once nobody has it or is to have it, also put it into another room or make it a chair.

    Raises ``Conflict`` (somebody has it, label taken), ``Invalid`` or ``Denied``.
    """
    core_rules.check(by, Permission.SET_STRUCTURE)
    to = locks.room(room.pk) if room else None
    bed = locks.bed(bed.pk)
    to = to or bed.room
    if to.pk != bed.room_id or kind != bed.kind:
        rules.check_beds_free(bed, [bed], after=at, by=by, now=at)
    return beds.describe(bed, room=to, label=label, kind=kind, by=by, at=at)


@act
def rename_unit(*, unit: Unit, same_as: Unit, by: User | None, at: datetime) -> None:
    """Say that a unit that a message named is another name of ``same_as``: its codes go there, it goes out of service.

    What happened there stays there. Raises ``Conflict`` while somebody is in it or expected, ``Invalid`` or ``Denied``.
    """
    core_rules.check(by, Permission.SET_STRUCTURE)
    unit = locks.unit(unit.pk, against_newcomers=True)
    units.rename(unit, same_as=Unit.objects.get(pk=same_as.pk), by=by, at=at)
    _retire(unit, until=at, by=by, at=at)


@act
def rename_bed(*, bed: Bed, same_as: Bed, by: User | None, at: datetime) -> None:
    """Say that a bed that a message named is another name of ``same_as``; messages then find that one.

    Raises ``Conflict`` while somebody has the bed or is to have it, ``Invalid`` or ``Denied``.
    """
    core_rules.check(by, Permission.SET_STRUCTURE)
    bed = locks.bed(bed.pk)
    rules.check_beds_free(bed, [bed], after=at, by=by, now=at)
    beds.rename(bed, same_as=Bed.objects.select_related("room").get(pk=same_as.pk), by=by, at=at)
