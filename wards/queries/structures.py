"""Units, rooms and beds by the names that files and messages give them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from wards.models import Bed, Room, Unit
from wards.models.validity import valid_at

LENGTH = 20
"""Characters that a code or label may have here."""


def fitted(name: str) -> str:
    """Shorten a code or label that another system made too long, so that two different ones stay different."""
    name = " ".join(name.split())
    return name if len(name) <= LENGTH else f"{name[: LENGTH - 7]}~{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def unit_named(code: str) -> Unit | None:
    """The unit that a system calls ``code``: by functional unit (UF) first, then by its own code."""
    units = Unit.objects.filter(Q(code=fitted(code)) | Q(functional_units__code=code.strip())).distinct()
    return min(units, key=lambda unit: unit.code == fitted(code), default=None)


def bed_labelled(unit: Unit, room_label: str, bed_label: str) -> Bed | None:
    """The bed of a unit by its two labels, or the one for which that name stands; with its room and unit.

    Without a room, the bed's label names the room too.
    """
    room, bed = fitted(room_label or bed_label), fitted(bed_label)
    named = Bed.objects.select_related("room").filter(room__unit=unit, room__label=room, label=bed).first()
    if named is None:
        return None
    if named.stands_for_id is not None:
        return Bed.objects.select_related("room__unit").get(pk=named.stands_for_id)
    named.room.unit = unit
    return named


def units_locked(codes: Iterable[str]) -> dict[str, Unit]:
    """The known units among ``codes``, locked, by code."""
    locked = Unit.objects.select_for_update(no_key=True).order_by("pk")
    return {unit.code: unit for unit in locked.filter(code__in=list(codes))}


def rooms_of(units: Iterable[Unit]) -> dict[tuple[int, str], Room]:
    """Every room of the units, by unit and label."""
    return {(room.unit_id, room.label): room for room in Room.objects.filter(unit__in=list(units))}


def beds_of(units: Iterable[Unit]) -> dict[tuple[int, str], Bed]:
    """Every bed of the units, by room and label."""
    beds = Bed.objects.select_related("room")
    return {(bed.room_id, bed.label): bed for bed in beds.filter(room__unit__in=list(units))}


def unit_names(*, at: datetime) -> dict[int, str]:
    """The names of the units in service at ``at``, by id, in the order of the board."""
    return dict(Unit.objects.filter(valid_at(at)).values_list("pk", "name"))
