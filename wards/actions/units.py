"""The units of the hospital: describe them, and say by which codes other systems know them.

What needs to know who is in them (out of service, another name of a unit) is asked of ``patients.actions.structures``.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypedDict

from django.db.models import Q

from amh.core import audit
from amh.core import rules as core_rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from wards import signals
from wards.actions import beds
from wards.models import Bed, Calendar, FunctionalUnit, Room, Unit
from wards.queries import locks
from wards.rules import services
from wards.rules import units as rules


class Description(TypedDict, total=False):
    """What may be said of a unit; ``functional_units`` are the codes (UF) by which other systems know it."""

    code: str
    name: str
    kind: str
    position: int | None
    phone: str
    calendar: Calendar | None
    functional_units: Collection[str]


FIELDS = ("code", "name", "kind", "position", "phone", "calendar")


@act
def create(*, said: Description, by: User | None, at: datetime) -> Unit:
    """Describe a new unit; without a position it comes last.

    Raises ``Denied``, ``Invalid`` beside a field, or ``Conflict`` (a code by which another unit is known).
    """
    core_rules.check(by, Permission.SET_STRUCTURE)
    unit = Unit(valid_from=at, position=next(rules.places_at_the_end()))
    _describe(unit, said)
    unit.save()
    _know_as(unit, said.get("functional_units", ()))
    audit.record("unit.create", subject=unit, by=by, at=at)
    signals.tell([unit.pk], at=at)
    return unit


@act
def change(*, unit: Unit, said: Description, by: User | None, at: datetime) -> Unit:
    """Describe a known unit otherwise; what is not said stays. It is then described, whoever had named it.

    Messages that still use a code that it had find it by that. Raises as ``create``.
    """
    core_rules.check(by, Permission.SET_STRUCTURE)
    unit = locks.unit(unit.pk)
    old = unit.code
    _describe(unit, said)
    unit.to_be_referenced = False
    unit.save()
    codes = said.get("functional_units", list(unit.functional_units.values_list("code", flat=True)))
    _know_as(unit, codes if unit.code == old else {*codes, old})
    audit.record("unit.change", subject=unit, by=by, at=at, fields=sorted(said))
    signals.tell([unit.pk], at=at)
    return unit


def _describe(unit: Unit, said: Description) -> None:
    for name in FIELDS:
        value = said.get(name, getattr(unit, name))
        if value is not None or name == "calendar":
            setattr(unit, name, " ".join(value.split()) if isinstance(value, str) else value)
    rules.check_described(unit)


def _know_as(unit: Unit, codes: Collection[str]) -> None:
    """Make ``codes`` the functional units of ``unit``, its own code aside: those not said go, new ones come."""
    wanted = {code.strip() for code in codes} - {unit.code}
    rules.check_functional_units(unit, wanted)
    unit.functional_units.exclude(code__in=wanted).delete()
    known = set(unit.functional_units.values_list("code", flat=True))
    FunctionalUnit.objects.bulk_create(FunctionalUnit(code=code, unit=unit) for code in sorted(wanted - known))


def retire(
    unit: Unit, rooms: Sequence[Room], locked: Sequence[Bed], *, until: datetime, by: User | None, at: datetime
) -> None:
    """Take a locked unit, its ``rooms`` and its ``locked`` beds out of service, once nobody is known to be in them."""
    services.check_retire(unit, *rooms, *locked, until=until, now=at)
    planned, unit.valid_until = unit.valid_until, until
    unit.save(update_fields=["valid_until"])
    ended = [room.pk for room in rooms if services.goes(room, until=until, planned=planned)]
    Room.objects.filter(pk__in=ended).update(valid_until=until)
    gone = beds.end(locked, until=until, planned=planned)
    audit.record("unit.retire", subject=unit, by=by, at=at, until=until.isoformat(), rooms=ended, beds=gone)
    signals.tell([unit.pk], gone, at=at)


@act
def restore(*, unit: Unit, by: User | None, at: datetime) -> None:
    """Put a unit back into service with the rooms and beds that went with it. Raises ``Denied`` or ``Conflict``."""
    core_rules.check(by, Permission.SET_STRUCTURE)
    unit = locks.unit(unit.pk)
    services.check_restore(unit, now=at)
    rules.check_not_another_name(unit)
    rooms = Room.objects.filter(unit=unit, valid_until=unit.valid_until)
    ids = list(rooms.values_list("pk", flat=True))
    rooms.update(valid_until=None)
    back = beds.resume(locks.beds(Q(room__unit=unit)), gone_at=unit.valid_until)
    unit.valid_until = None
    unit.save(update_fields=["valid_until"])
    audit.record("unit.restore", subject=unit, by=by, at=at, rooms=ids, beds=back)
    signals.tell([unit.pk], back, at=at)


def rename(unit: Unit, *, same_as: Unit, by: User | None, at: datetime) -> None:
    """Say that a locked unit, named by a message, is another name of ``same_as``, which takes over its codes."""
    rules.check_same_as(unit, same_as)
    services.check_in_service(same_as, at=at, field="same_as")
    unit.to_be_referenced = False
    unit.save(update_fields=["to_be_referenced"])
    FunctionalUnit.objects.filter(unit=unit).update(unit=same_as)
    FunctionalUnit.objects.update_or_create(code=unit.code, defaults={"unit": same_as})
    audit.record("unit.rename", subject=unit, by=by, at=at, same_as=same_as.pk)
