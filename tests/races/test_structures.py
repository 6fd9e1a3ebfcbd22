"""The structure of the hospital changes while the ward goes on."""

from random import Random

import pytest

from amh.core.actions import parameters
from amh.core.errors import Conflict
from amh.core.models import ParameterValue
from amh.core.roles import Role
from amh.demo.soak.duels import duel
from patients.actions import reservations, stays, structures
from patients.models import Placement, Reservation
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present
from wards.actions import beds, rooms, units
from wards.models import Bed, Unit

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(5)


def loser(refusals):
    """The one refusal of a race that one of two wins."""
    (lost,) = [refused for refused in refusals if refused is not None]
    assert isinstance(lost, Conflict), lost
    return lost


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_bed_goes_or_is_given_but_never_both(seed):
    bed, stay = a_bed(a_unit()), expected(a_unit())
    lost = loser(
        duel(
            [
                lambda: structures.retire_bed(bed=bed, by=None, at=NOW),
                lambda: stays.place(stay=stay, bed=bed, by=None, at=NOW),
            ],
            chance=Random(seed),
        )
    )
    gone = Bed.objects.get().valid_until is not None
    assert (Placement.objects.filter(bed=bed).exists(), lost.code) == (
        (False, "bed_unknown") if gone else (True, "still_needed")
    )


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_bed_goes_or_is_kept_but_never_both(seed):
    bed, stay = a_bed(a_unit()), expected(a_unit())
    lost = loser(
        duel(
            [
                lambda: structures.retire_bed(bed=bed, by=None, at=NOW),
                lambda: reservations.reserve(stay=stay, bed=bed, expected_at=paris("16:00"), by=None, at=NOW),
            ],
            chance=Random(seed),
        )
    )
    gone = Bed.objects.get().valid_until is not None
    assert (Reservation.objects.exists(), lost.code) == ((False, "bed_unknown") if gone else (True, "still_needed"))


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_bed_changes_rooms_or_takes_the_patient_where_it_is(seed):
    bed, there, stay = a_bed(a_unit()), a_bed(a_unit()).room, present(a_unit())
    refusals = duel(
        [
            lambda: structures.change_bed(bed=bed, label=bed.label + "2", kind=bed.kind, room=there, by=None, at=NOW),
            lambda: stays.move(stay=stay, to=bed, by=None, at=NOW),
        ],
        chance=Random(seed),
    )
    place = Placement.objects.filter(bed=bed).select_related("bed__room").first()
    assert refusals[1] is None
    assert place.unit_id == place.bed.room.unit_id


@pytest.mark.parametrize("seed", ROUNDS)
def test_two_people_describe_one_unit_once(seed):
    by = a_user(Role.ADMINISTRATOR)
    said = {"code": "MED", "name": "Médecine", "kind": "inpatient"}
    lost = loser(duel([lambda: units.create(said=said, by=by, at=NOW)] * 2, chance=Random(seed)))
    assert Unit.objects.count() == 1
    assert "Ce code vient d’être donné" in lost.sentence or "Le code MED est déjà celui" in lost.sentence


@pytest.mark.parametrize("seed", ROUNDS)
def test_two_codes_cross_without_naming_two_units(seed):
    one, other = a_unit("A"), a_unit("B")
    duel(
        [
            lambda: units.change(unit=one, said={"functional_units": ["2110"]}, by=None, at=NOW),
            lambda: units.change(unit=other, said={"functional_units": ["2110"]}, by=None, at=NOW),
        ],
        chance=Random(seed),
    )
    assert one.functional_units.count() + other.functional_units.count() == 1


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_unit_goes_with_every_room_and_bed_or_takes_no_new_one(seed):
    unit = a_unit()
    room = a_bed(unit).room
    refusals = duel(
        [
            lambda: structures.retire_unit(unit=unit, by=None, at=NOW),
            lambda: beds.create(room=room, label="P", kind="bed", by=None, at=NOW),
            lambda: rooms.create(unit=unit, label="999", by=None, at=NOW),
        ],
        chance=Random(seed),
    )
    assert refusals[0] is None
    assert not unit.rooms.filter(valid_until=None).exists()
    assert not Bed.objects.filter(valid_until=None).exists()


@pytest.mark.parametrize("seed", ROUNDS)
def test_one_value_said_twice_at_once_is_written_once(seed):
    said = {"key": "leave_alert_minutes", "value": 60, "by": None, "at": NOW}
    assert duel([lambda: parameters.change(**said)] * 2, chance=Random(seed)) == [None, None]
    assert ParameterValue.objects.count() == 1
