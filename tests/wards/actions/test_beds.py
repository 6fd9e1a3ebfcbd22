from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from tests.expectations import nothing_written, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.structures import told
from wards.actions import beds
from wards.models import Bed, BedKind, Room

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture
def room(db):
    return a_bed(a_unit(), "201", "F").room


def create(room, label="P", kind=BedKind.BED, by=None):
    return beds.create(room=room, label=label, kind=kind, by=by, at=NOW)


def test_a_bed_is_described_in_its_room(room):
    with told("bed.create", units=(room.unit,), beds=(Bed(pk=room.beds.get().pk + 1),), at=NOW):
        bed = create(room, kind=BedKind.CHAIR)
    assert (bed.code, bed.kind, bed.valid_from, bed.to_be_referenced) == (
        f"{room.unit.code}-201-P", BedKind.CHAIR, NOW, False
    )  # fmt: skip


def test_the_only_bed_of_a_room_needs_no_label():
    room = Room.objects.create(unit=a_unit(), label="301", valid_from=NOW)
    assert str(create(room, label=" ")) == "301"


@pytest.mark.parametrize(
    ("label", "kind", "field"), [("P" * 21, "bed", "label"), ("\u202eP", "bed", "label"), ("P", "hammock", "kind")]
)
def test_what_cannot_be_is_refused_beside_its_field(room, label, kind, field):
    with nothing_written(), pytest.raises(Invalid) as caught:
        create(room, label, kind)
    assert caught.value.field == field


def test_a_label_names_one_bed_of_the_room(room):
    with refused(Conflict, "label_taken", field="label", saying="Le lit 201 F existe déjà dans cette chambre."):
        create(room, "F")
    Bed.objects.update(valid_until=NOW)
    with refused(Conflict, "label_taken", field="label", saying="hors service : le remettre en service"):
        create(room, "F")


def test_a_room_or_unit_out_of_service_takes_no_bed(room):
    Room.objects.update(valid_until=NOW)
    with refused(Conflict, "out_of_service", saying="« 201 » n’est pas en service"):
        create(room)
    Room.objects.update(valid_until=None)
    type(room.unit).objects.update(valid_until=NOW)
    with refused(Conflict, "out_of_service"):
        create(room)


def test_a_bed_comes_back_and_one_that_is_to_go_stays(room):
    bed = room.beds.get()
    for until in (NOW - A_DAY, NOW + A_DAY):
        Bed.objects.update(valid_until=until)
        with told("bed.restore", units=(room.unit,), beds=(bed,), at=NOW):
            beds.restore(bed=bed, by=None, at=NOW)
        bed.refresh_from_db()
        assert bed.valid_until is None
    with nothing_written(), refused(Conflict, "in_service", saying="« 201 F » est déjà en service."):
        beds.restore(bed=bed, by=None, at=NOW)


def test_a_bed_does_not_come_back_before_its_room(room):
    Bed.objects.update(valid_until=NOW)
    Room.objects.update(valid_until=NOW)
    with refused(Conflict, "out_of_service", saying="« 201 » n’est pas en service"):
        beds.restore(bed=room.beds.get(), by=None, at=NOW)


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_others_describe_no_bed(role, room):
    by = a_user(role)
    for act in (lambda: create(room, by=by), lambda: beds.restore(bed=room.beds.get(), by=by, at=NOW)):
        with nothing_written(), refused(Denied, "denied"):
            act()
