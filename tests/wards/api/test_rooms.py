import pytest

from tests.core.api import world

pytestmark = pytest.mark.django_db


def test_rooms_of_a_unit():
    unit = world.unit()
    room = world.bed(unit).room
    world.bed(world.unit())

    rows = world.program().get("rooms/", unit=unit.pk).json()["results"]

    assert [(row["id"], row["unit"], row["label"], row["shielded"]) for row in rows] == [
        (room.pk, unit.pk, room.label, False)
    ]


def test_shielded_rooms():
    room = world.bed(world.unit()).room
    room.shielded = True
    room.save()
    world.bed(world.unit())

    program = world.program()

    assert [row["id"] for row in program.get("rooms/", shielded="true").json()["results"]] == [room.pk]
    assert program.get("rooms/", shielded="false").json()["count"] == 1
    assert program.get("rooms/", shielded="").json()["errors"] == {"shielded": ["Une valeur est attendue."]}
