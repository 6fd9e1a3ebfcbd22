import pytest

from tests.core.api import world

pytestmark = pytest.mark.django_db


def test_beds_of_a_unit_a_room_and_a_kind():
    unit = world.unit(code="HDJ")
    bed, chair = world.bed(unit), world.bed(unit, kind="chair")
    world.bed(world.unit())
    program = world.program()

    def ids(**filters):
        return {row["id"] for row in program.get("beds/", **filters).json()["results"]}

    assert ids(unit=unit.pk) == ids(unit_code="HDJ") == {bed.pk, chair.pk}
    assert ids(room=bed.room_id) == {bed.pk}
    assert ids(kind="chair") == {chair.pk}
