"""Units, rooms, beds and calendars are described or go out of service while the ward goes on."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.races.beds import BED, given, kept
from amh.demo.soak.rounds import Round, conflicts, ends, race, unless
from amh.demo.soak.wards import Ward
from patients.actions import reservations, stays, structures
from patients.models import Placement, Stay
from wards.actions import beds, rooms, units
from wards.actions import structures as named
from wards.models import Bed, BedKind, FunctionalUnit, Room, Unit, UnitKind
from wards.rules.structures import Row

UNIT, ROOM = "the lock of the unit", "the lock of the room"
GONE = ("bed_unknown", "still_needed")


@race(structures.retire_bed, stays.admit, decided_by=BED)
def retired_against_placed(ward: Ward) -> Round:
    """A bed goes out of service or takes a patient, never both."""
    bed = ward.bed()
    return Round([_retire_bed(ward, bed), given(ward, ward.expected(), bed)], _one_of(bed))


@race(structures.retire_bed, reservations.reserve, decided_by=BED)
def retired_against_kept(ward: Ward) -> Round:
    """A bed goes out of service or is kept for a patient, never both."""
    bed = ward.bed()
    return Round([_retire_bed(ward, bed), kept(ward, ward.expected(), bed)], _one_of(bed))


@race(structures.retire_unit, stays.admit, decided_by=f"{UNIT} and of its beds; a deadlock is tried again")
def unit_retired_against_placed(ward: Ward) -> Round:
    """A unit goes out of service with its beds or takes a patient, never both."""
    unit = ward.another_unit()
    bed = ward.bed(unit)
    return Round([_retire_unit(ward, unit), given(ward, ward.expected(), bed)], _one_of(bed))


@race(structures.retire_unit, stays.preadmit, decided_by=UNIT)
def unit_retired_against_awaited(ward: Ward) -> Round:
    """A unit goes out of service or awaits a patient, never both."""
    expecting, retiring = partial(ward.preadmit, ward.patient()), _retire_unit(ward, ward.unit)
    return Round([retiring, expecting], ends(codes=SERVICE, left=lambda: _unused(ward.unit)))


@race(structures.retire_unit, stays.wait, decided_by=UNIT)
def unit_retired_against_waiting(ward: Ward) -> Round:
    """A unit goes out of service or has a patient without a bed, never both."""
    unit, stay = ward.another_unit(), ward.present()
    waiting = partial(stays.wait, stay=stay, unit=unit, by=None, at=ward.now)
    return Round([_retire_unit(ward, unit), waiting], ends(codes=SERVICE, left=lambda: _unused(unit)))


@race(structures.retire_unit, beds.create, rooms.create, decided_by=UNIT)
def unit_retired_against_described(ward: Ward) -> Round:
    """A unit goes out of service with every room and bed; who describes another one is told so, or it goes too."""
    room = ward.bed().room
    acts: list[Act] = [
        _retire_unit(ward, ward.unit),
        partial(beds.create, room=room, label="P", kind=BedKind.BED, by=None, at=ward.now),
        partial(rooms.create, unit=ward.unit, label="999", by=None, at=ward.now),
    ]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        lasting = Bed.objects.filter(room__unit=ward.unit, valid_until=None)
        found = unless(refusals[0] is None, "the unit is in service") + conflicts(refusals)
        rooms_left = ward.unit.rooms.filter(valid_until=None)
        return found + unless(not lasting.exists() and not rooms_left.exists(), "a room or bed is left")

    return Round(acts, faults)


@race(structures.retire_room, beds.restore, decided_by=f"{ROOM}, then of its beds")
def room_retired_against_restored(ward: Ward) -> Round:
    """No bed is in service in a room that is not."""
    bed = ward.bed()
    _retire_bed(ward, bed)()
    acts: list[Act] = [
        partial(structures.retire_room, room=bed.room, by=None, at=ward.now),
        partial(beds.restore, bed=bed, by=None, at=ward.now),
    ]

    def left() -> bool:
        bed.refresh_from_db()
        return Room.objects.get(pk=bed.room_id).valid_until is not None and bed.valid_until is not None

    return Round(acts, ends(done=(1, 2), codes=["out_of_service"], left=left))


@race(units.restore, rooms.restore, decided_by=f"{UNIT}, then of its rooms")
def unit_against_room_restored(ward: Ward) -> Round:
    """A unit comes back with its rooms; a room does not before its unit."""
    unit = ward.another_unit()
    room = ward.bed(unit).room
    _retire_unit(ward, unit)()
    acts: list[Act] = [
        partial(units.restore, unit=unit, by=None, at=ward.now),
        partial(rooms.restore, room=room, by=None, at=ward.now),
    ]

    def left() -> bool:
        lasting = {"valid_until": None}
        return (
            Room.objects.filter(pk=room.pk, **lasting).exists() and Unit.objects.filter(pk=unit.pk, **lasting).exists()
        )

    return Round(acts, ends(codes=["out_of_service", "in_service"], left=left))


@race(structures.retire_unit, rooms.restore, decided_by=f"{ROOM}, whose unit is read once it is held")
def unit_retired_against_room_restored(ward: Ward) -> Round:
    """No room is in service in a unit that is not."""
    unit = ward.another_unit()
    room = ward.bed(unit).room
    structures.retire_room(room=room, by=None, at=ward.at)
    restoring = partial(rooms.restore, room=room, by=None, at=ward.now)
    lasting = Room.objects.filter(pk=room.pk, valid_until=None)
    left = ends(done=(1, 2), codes=["out_of_service"], left=lambda: not lasting.exists())
    return Round([_retire_unit(ward, unit), restoring], left)


@race(structures.change_bed, stays.move, decided_by=BED)
def bed_moved_against_patient(ward: Ward) -> Round:
    """A bed changes rooms or takes the patient where it is: the patient is in the unit of the bed."""
    bed, stay, there = ward.bed(), ward.present(), ward.bed(ward.another_unit()).room
    moving = partial(structures.change_bed, bed=bed, label=ward.name(), kind=bed.kind, room=there, by=None, at=ward.now)

    def faults(refusals: Sequence[Refused]) -> list[str]:
        place = Placement.objects.filter(bed=bed).select_related("bed__room").first()
        there = place is not None and place.unit_id == Bed.objects.get(pk=bed.pk).room.unit_id
        return conflicts(refusals) + unless(refusals[1] is None and there, "the patient is not where the bed is")

    return Round([moving, given(ward, stay, bed)], faults)


@race(structures.change_bed, structures.change_bed, decided_by="`bed_label`")
def one_label_two_beds(ward: Ward) -> Round:
    """A label names one bed of a room."""
    room = ward.bed().room
    pair = [Bed.objects.create(room=room, label=label, valid_from=ward.at) for label in "FP"]
    acts: list[Act] = [
        partial(structures.change_bed, bed=bed, label="M", kind=bed.kind, by=None, at=ward.now) for bed in pair
    ]
    return Round(acts, ends(codes=["bed_label", "label_taken"], left=lambda: room.beds.filter(label="M").count() == 1))


@race(structures.rename_bed, structures.rename_bed, decided_by=BED)
def two_names_of_a_bed(ward: Ward) -> Round:
    """What a message called a bed is said once to be another name."""
    room = ward.bed().room
    unknown = Bed.objects.create(room=room, label="?", to_be_referenced=True, valid_from=ward.at)
    real = [Bed.objects.create(room=room, label=label, valid_from=ward.at) for label in "FP"]
    acts: list[Act] = [partial(structures.rename_bed, bed=unknown, same_as=one, by=None, at=ward.now) for one in real]

    def left() -> bool:
        unknown.refresh_from_db()
        return unknown.stands_for in real

    return Round(acts, ends(codes=["described"], left=left))


@race(structures.rename_unit, named.reference_unit, decided_by="`wards_functionalunit_code_key`, `wards_unit_code_key`")
def renamed_against_named(ward: Ward) -> Round:
    """A unit that a message named is another name while a message names it: the message finds one of the two."""
    unknown, found = ward.another_unit(to_be_referenced=True), list[Unit]()
    acts: list[Act] = [
        partial(structures.rename_unit, unit=unknown, same_as=ward.unit, by=None, at=ward.now),
        lambda: found.append(named.reference_unit(unknown.code, "", ward.now)),
    ]
    return Round(acts, ends(done=2, left=lambda: found[0].pk in (unknown.pk, ward.unit.pk)))


@race(units.create, units.create, decided_by="`wards_unit_code_key`")
def one_unit_described_twice(ward: Ward) -> Round:
    """A code names one unit."""
    said: units.Description = {"code": ward.name(), "name": "Médecine", "kind": UnitKind.INPATIENT}
    making = partial(units.create, said=said, by=None, at=ward.now)
    left = ends(
        codes=["wards_unit_code_key", "code_taken"], left=lambda: Unit.objects.filter(code=said["code"]).count() == 1
    )
    return Round([making] * 2, left)


@race(units.change, units.change, decided_by="`wards_functionalunit_code_key`")
def one_code_two_units(ward: Ward) -> Round:
    """A functional unit is of one unit."""
    code = ward.name()
    said: units.Description = {"functional_units": [code]}
    acts: list[Act] = [
        partial(units.change, unit=ward.another_unit(), said=said, by=None, at=ward.now) for _ in range(2)
    ]
    known = FunctionalUnit.objects.filter(code=code)
    codes = ["wards_functionalunit_code_key", "code_taken"]
    return Round(acts, ends(codes=codes, left=lambda: known.count() == 1))


@race(rooms.create, rooms.change, decided_by=f"{UNIT}; `room_label`")
def one_number_two_rooms(ward: Ward) -> Round:
    """A number names one room of a unit."""
    other = ward.bed().room
    acts: list[Act] = [
        partial(rooms.create, unit=ward.unit, label="999", by=None, at=ward.now),
        partial(rooms.change, room=other, label="999", shielded=False, by=None, at=ward.now),
    ]
    codes = ["room_label", "label_taken"]
    return Round(acts, ends(codes=codes, left=lambda: ward.unit.rooms.filter(label="999").count() == 1))


@race(
    named.bring_in,
    named.bring_in,
    decided_by="`wards_unit_code_key`, `room_label`, `bed_label`; the lock of a known unit",
)
def one_file_brought_in_twice(ward: Ward) -> Round:
    """A structure is brought in whole, once; who was second changes nothing or begins again."""
    rows = [Row(line=1, unit_code=ward.name(), unit_name="Médecine", room="201", bed="F")]
    bringing = partial(named.bring_in, rows=rows, by=None, at=ward.now)
    made = Bed.objects.filter(room__unit__code=rows[0].unit_code)
    codes = ["wards_unit_code_key", "room_label", "bed_label"]
    return Round([bringing] * 2, ends(done=(1, 2), codes=codes, left=lambda: made.count() == 1))


@race(named.reference_bed, named.reference_bed, decided_by="`room_label`, `bed_label`")
def one_bed_named_twice(ward: Ward) -> Round:
    """A bed that two messages name is one."""
    naming = partial(named.reference_bed, ward.unit, "301", "F", ward.now)
    known = Bed.objects.filter(room__unit=ward.unit, room__label="301")
    return Round([naming] * 2, ends(done=2, left=lambda: known.count() == 1))


SERVICE = ("unit_unknown", "still_needed")


def _retire_bed(ward: Ward, bed: Bed) -> Act:
    return partial(structures.retire_bed, bed=bed, by=None, at=ward.now)


def _retire_unit(ward: Ward, unit: Unit) -> Act:
    return partial(structures.retire_unit, unit=unit, by=None, at=ward.now)


def _one_of(bed: Bed) -> Any:
    def left() -> bool:
        fresh = Bed.objects.get(pk=bed.pk)
        used = fresh.placements.exists() or fresh.reservations.exists()
        return (fresh.valid_until is not None) != used

    return ends(codes=GONE, left=left)


def _unused(unit: Unit) -> bool:
    """In service, or nobody is there or awaited."""
    used = Stay.objects.filter(unit=unit).exists() or Placement.objects.filter(unit=unit, ends_at=None).exists()
    return (Unit.objects.get(pk=unit.pk).valid_until is not None) != used
