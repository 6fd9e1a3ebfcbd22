from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from tests.expectations import nothing_written, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.structures import told
from wards.actions import rooms
from wards.models import Bed, Room

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def create(unit, label="201", by=None, **said):
    return rooms.create(unit=unit, label=label, by=by, at=NOW, **said)


def test_a_room_is_described_in_its_unit():
    unit = a_unit()
    with told("room.create", units=(unit,), at=NOW):
        room = create(unit, "  201  bis ", shielded=True)
    assert (room.unit, room.label, room.shielded, room.valid_from) == (unit, "201 bis", True, NOW)


def test_a_room_is_called_otherwise_with_its_beds_told():
    bed = a_bed(a_unit(), "201", "F")
    with told("room.change", units=(bed.room.unit,), beds=(bed,), at=NOW):
        rooms.change(room=bed.room, label="202", shielded=True, by=None, at=NOW)
    bed.room.refresh_from_db()
    assert (bed.room.label, bed.room.shielded) == ("202", True)


@pytest.mark.parametrize(
    ("label", "saying"), [(" ", "obligatoire"), ("9" * 21, "20 caractères"), ("20\x071", "ne s’imprime pas")]
)
def test_a_number_that_cannot_be_is_refused(label, saying):
    unit = a_unit()
    with nothing_written(), pytest.raises(Invalid, match=saying) as caught:
        create(unit, label)
    assert caught.value.field == "label"


def test_a_number_names_one_room_of_the_unit():
    unit = a_unit()
    create(unit)
    create(a_unit())
    with refused(Conflict, "label_taken", field="label", saying="La chambre 201 existe déjà dans cette unité."):
        create(unit)
    Room.objects.filter(unit=unit).update(valid_until=NOW)
    with refused(Conflict, "label_taken", field="label", saying="hors service : la remettre en service"):
        create(unit)


def test_a_unit_out_of_service_takes_no_room():
    with refused(Conflict, "out_of_service", saying="n’est pas en service"):
        create(a_unit(valid_until=NOW))


def test_a_room_comes_back_with_the_beds_that_went_with_it():
    unit = a_unit()
    bed, gone_before = a_bed(unit, "201", "F", valid_until=NOW), a_bed(unit, "201", "P", valid_until=NOW - A_DAY)
    Room.objects.update(valid_until=NOW)
    with told("room.restore", units=(unit,), beds=(bed,), at=NOW):
        rooms.restore(room=bed.room, by=None, at=NOW)
    assert set(Bed.objects.filter(valid_until=None)) == {bed}
    assert gone_before in Bed.objects.filter(valid_until=NOW - A_DAY)


def test_a_room_does_not_come_back_before_its_unit():
    bed = a_bed(a_unit(valid_until=NOW))
    Room.objects.update(valid_until=NOW)
    with nothing_written(), refused(Conflict, "out_of_service", saying="n’est pas en service"):
        rooms.restore(room=bed.room, by=None, at=NOW)


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_others_describe_no_room(role):
    by, unit = a_user(role), a_unit()
    room = a_bed(unit).room
    for act in (
        lambda: create(unit, by=by),
        lambda: rooms.change(room=room, label="1", shielded=False, by=by, at=NOW),
        lambda: rooms.restore(room=room, by=by, at=NOW),
    ):
        with nothing_written(), refused(Denied, "denied"):
            act()
