"""Bring in the structure of a hospital; make entries for places that a message names and nobody has described."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

from amh.core import audit
from amh.core import rules as core_rules
from amh.core.errors import Invalid
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from wards import signals
from wards.models import DAY_KINDS, Bed, BedKind, Room, Unit, UnitKind
from wards.queries import structures
from wards.rules import structures as rules
from wards.rules.structures import Row
from wards.rules.units import places_at_the_end

Place = TypeVar("Place", Unit, Room, Bed)
Key = TypeVar("Key", bound=Hashable)


@dataclass
class Brought(Generic[Place]):
    """What became of the units, rooms or beds that were named."""

    created: list[Place] = field(default_factory=list)
    changed: list[Place] = field(default_factory=list)
    unchanged: list[Place] = field(default_factory=list)

    @property
    def touched(self) -> list[Place]:
        """Those made or changed."""
        return self.created + self.changed


@dataclass(frozen=True)
class Wish:
    """What a place must be: what was ``said`` of it, and what it is ``otherwise`` when it is new."""

    said: dict[str, Any]
    otherwise: Mapping[str, Any]


@dataclass(frozen=True)
class Structure:
    """The outcome of bringing a structure in."""

    units: Brought[Unit]
    rooms: Brought[Room]
    beds: Brought[Bed]


@act
def bring_in(*, rows: Iterable[Row], by: User | None, at: datetime) -> Structure:
    """Make or complete the units, rooms and beds that ``rows`` name; what they say again changes nothing.

    What a message had made « à référencer » loses the mark; what had gone out of service is in service again.
    Raises ``Faulty`` with every bad line (nothing is then brought in), ``Conflict`` or ``Denied``.
    """
    core_rules.check(by, Permission.SET_STRUCTURE)
    rows = list(rows)
    rules.check_rows(rows)
    units = structures.units_locked({row.unit_code for row in rows})
    brought_units = _bring(Unit, units, _units(rows), at=at)
    rooms = structures.rooms_of(units.values())
    brought_rooms = _bring(Room, rooms, _rooms(rows, units), at=at)
    beds = structures.beds_of(units.values())
    structure = Structure(brought_units, brought_rooms, _bring(Bed, beds, _beds(rows, units, rooms), at=at))
    _say(structure, by=by, at=at)
    return structure


def _units(rows: list[Row]) -> dict[str, Wish]:
    wishes: dict[str, Wish] = {}
    codes = dict.fromkeys(row.unit_code for row in rows)
    for code, position in zip(codes, places_at_the_end(), strict=False):
        new = {"code": code, "name": code, "kind": UnitKind.INPATIENT, "position": position}
        wishes[code] = Wish({"to_be_referenced": False}, new)
    for row in rows:
        said = {"name": row.unit_name, "kind": rules.unit_kind(row)}
        wishes[row.unit_code].said.update({name: value for name, value in said.items() if value})
    return wishes


def _rooms(rows: list[Row], units: Mapping[str, Unit]) -> dict[tuple[int, str], Wish]:
    wishes = {}
    for row in rows:
        unit, label = units[row.unit_code], row.room or row.bed
        if label:
            wishes[unit.pk, label] = Wish({}, {"unit": unit, "label": label})
    return wishes


def _beds(
    rows: list[Row], units: Mapping[str, Unit], rooms: Mapping[tuple[int, str], Room]
) -> dict[tuple[int, str], Wish]:
    wishes = {}
    for row in rows:
        if row.bed:
            room, kind = rooms[units[row.unit_code].pk, row.room or row.bed], rules.bed_kind(row)
            said = {"to_be_referenced": False} | ({"kind": kind} if kind else {})
            wishes[room.pk, row.bed] = Wish(said, {"room": room, "label": row.bed, "kind": BedKind.BED})
    return wishes


def _bring(model: type[Place], known: dict[Key, Place], wishes: Mapping[Key, Wish], *, at: datetime) -> Brought[Place]:
    """Make what is not in ``known`` (and put it there), change what differs from what was said."""
    brought: Brought[Place] = Brought()
    for key, wish in wishes.items():
        place = known.get(key)
        if place is None:
            known[key] = model(**{**wish.otherwise, **wish.said}, valid_from=at)
            brought.created.append(known[key])
        elif _differs(place, wish.said, at=at):
            brought.changed.append(place)
        else:
            brought.unchanged.append(place)
    model.objects.bulk_create(brought.created)
    for place in brought.changed:
        place.save()
    return brought


def _differs(place: Unit | Room | Bed, said: Mapping[str, Any], *, at: datetime) -> bool:
    """Make an existing place what was said of it, in service; tell whether that changed anything."""
    changes = {name: value for name, value in said.items() if getattr(place, name) != value}
    if place.valid_until is not None and place.valid_until <= at:
        changes["valid_until"] = None
    for name, value in changes.items():
        setattr(place, name, value)
    return bool(changes)


def _say(structure: Structure, *, by: User | None, at: datetime) -> None:
    """Record one line for each unit touched, and tell those above."""
    rooms: dict[int, list[int]] = {unit.pk: [] for unit in structure.units.touched}
    beds: dict[int, list[int]] = {}
    for room in structure.rooms.touched:
        rooms.setdefault(room.unit_id, []).append(room.pk)
    for bed in structure.beds.touched:
        beds.setdefault(bed.room.unit_id, []).append(bed.pk)
    touched = rooms.keys() | beds.keys()
    for unit in structure.units.touched + structure.units.unchanged:
        if unit.pk in touched:
            made = rooms.get(unit.pk, []), beds.get(unit.pk, [])
            audit.record("unit.bring_in", subject=unit, by=by, at=at, rooms=made[0], beds=made[1])
    signals.tell(touched, [bed.pk for bed in structure.beds.touched], at=at)


@act
def reference_unit(code: str, name: str, at: datetime) -> Unit:
    """The unit that a message calls ``code`` (its own code or a UF), made « à référencer » when nobody knows it.

    Raises ``Invalid`` without a code.
    """
    if not code.strip():
        raise Invalid(_("Le message ne nomme pas l’unité."), code="required", field="unit")
    known = structures.unit_named(code)
    if known is not None:
        return known
    fitted = structures.fitted(code)
    new = {"name": name.strip()[:80] or fitted, "to_be_referenced": True, "valid_from": at}
    unit, created = Unit.objects.get_or_create(code=fitted, defaults=new)
    if created:
        audit.record("unit.reference", subject=unit, by=None, at=at)
        signals.tell([unit.pk], at=at)
    return unit


@act
def reference_bed(unit: Unit, room_label: str, bed_label: str, at: datetime) -> Bed:
    """The bed that a message names in a unit, made « à référencer », with its room, when nobody knows it.

    Raises ``Invalid`` without a bed's label; without a room's, the bed gives its own to the room.
    """
    if not bed_label.strip():
        raise Invalid(_("Le message ne nomme pas le lit."), code="required", field="bed")
    known = structures.bed_labelled(unit, room_label, bed_label)
    if known is not None:
        return known
    label = structures.fitted(room_label.strip() or bed_label)
    room, _made = Room.objects.get_or_create(unit=unit, label=label, defaults={"valid_from": at})
    new = {"to_be_referenced": True, "valid_from": at, "kind": BedKind.PLACE if unit.kind in DAY_KINDS else BedKind.BED}
    bed, created = Bed.objects.get_or_create(room=room, label=structures.fitted(bed_label), defaults=new)
    if created:
        audit.record("bed.reference", subject=bed, by=None, at=at)
        signals.tell([unit.pk], [bed.pk], at=at)
    return bed
