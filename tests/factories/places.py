"""Units, rooms and beds, as rows: they are there before the day begins."""

from itertools import count

from tests.factories.clocks import LONG_AGO
from wards.models import Bed, BedKind, Room, Unit, UnitKind

numbers = count(1)


def a_unit(code: str = "", *, kind: UnitKind = UnitKind.INPATIENT, **fields: object) -> Unit:
    """A unit named after its code."""
    code = code or f"U{next(numbers)}"
    return Unit.objects.create(**{"code": code, "name": f"Unité {code}", "kind": kind, "valid_from": LONG_AGO} | fields)


def a_bed(unit: Unit, room: str = "", label: str = "", *, kind: BedKind = BedKind.BED, **fields: object) -> Bed:
    """A bed in a room of its own, unless the room is there already."""
    known = Room.objects.filter(unit=unit, label=room).first() if room else None
    row = known or Room.objects.create(unit=unit, label=room or str(1000 + next(numbers)), valid_from=LONG_AGO)
    return Bed.objects.create(**{"room": row, "label": label, "kind": kind, "valid_from": LONG_AGO} | fields)


def beds(unit: Unit, number: int) -> list[Bed]:
    """``number`` beds of a unit."""
    return [a_bed(unit) for _ in range(number)]
