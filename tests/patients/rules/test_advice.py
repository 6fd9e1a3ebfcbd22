"""What speaks against a bed, with its reason; and what does not."""

import pytest

from amh.core.errors import Conflict
from amh.core.roles import Role
from patients.actions import deaths, flags
from patients.models import FlagKind, Sex
from patients.rules import advice
from patients.rules.advice import Doubt
from tests.expectations import counted, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present
from wards.models import BedKind, Closure, ClosureReason

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return a_unit("MED")


@pytest.fixture
def room(unit):
    """The two beds of the room 203."""
    return a_bed(unit, "203", "F"), a_bed(unit, "203", "P")


@pytest.fixture
def manager():
    return a_user(Role.BED_MANAGER)


def against(stay, bed, by, **said):
    return [(reason.doubt, reason.sentence) for reason in advice.against(stay, bed, by=by, at=NOW, **said)]


def a_man(unit, name="Haddad"):
    return present(unit, patient=a_patient(name, sex=Sex.MALE))


def a_woman(place, name="Martin"):
    return present(place, patient=a_patient(name, sex=Sex.FEMALE))


def warn(stay, kind):
    flags.raise_(patient=stay.patient, kind=kind, detail="", to_tell="", starts_at=NOW, by=None, at=NOW)


def test_nothing_speaks_against_an_empty_room_or_one_of_the_same_sex(unit, room, manager):
    stay = a_man(unit)
    assert against(stay, room[0], manager) == []
    a_man(room[1], "Durand")
    assert against(stay, room[0], manager) == []


def test_a_sex_that_is_not_known_speaks_against_nothing(unit, room, manager):
    present(room[1], patient=a_patient(sex=Sex.UNKNOWN))
    assert against(a_man(unit), room[0], manager) == []


def test_a_mixed_room_is_named_after_who_is_there(unit, room, manager):
    a_woman(room[1])
    stay = a_man(unit)
    assert against(stay, room[0], manager) == [(Doubt.MIXED_ROOM, "La chambre 203 serait mixte : MARTIN Anne y est.")]
    stranger = a_user(Role.AMH, a_unit())
    assert against(stay, room[0], stranger)[0][1] == "La chambre 203 serait mixte : un autre patient y est."


def test_who_leaves_the_room_or_has_died_there_speaks_against_nothing(unit, room, manager):
    woman, stay = a_woman(room[1]), a_man(unit)
    assert against(stay, room[0], manager, besides=[woman.pk]) == []
    deaths.die(stay=woman, by=None, at=NOW)
    assert against(stay, room[0], manager) == []


def test_a_change_of_bed_in_the_same_room_changes_nothing(unit, room, manager):
    third = a_bed(unit, "203", "M")
    a_woman(room[1])
    assert against(a_man(room[0]), third, manager) == []


def test_chairs_side_by_side_are_for_everybody(unit, manager):
    chairs = [a_bed(unit, "HDJ", label, kind=BedKind.CHAIR) for label in ("1", "2")]
    a_woman(chairs[0])
    assert against(a_man(unit), chairs[1], manager) == []


def test_precautions_want_a_room_without_another_open_bed(unit, room, manager):
    stay = a_man(unit)
    warn(stay, FlagKind.CONTACT_PRECAUTIONS)
    assert against(stay, room[0], manager) == [
        (Doubt.PRECAUTIONS, "Ce patient : précautions contact ; la chambre 203 a un autre lit ouvert.")
    ]
    said = {"kind": "closed", "reason": ClosureReason.INFECTION, "starts_at": NOW, "entered_at": NOW}
    Closure.objects.create(bed=room[1], **said)
    assert against(stay, room[0], manager) == []
    assert against(stay, a_bed(unit), manager) == []


def test_precautions_of_a_neighbour_are_said_by_their_type_alone(unit, room, manager):
    neighbour = a_man(room[1], "Durand")
    for kind in (FlagKind.PROTECTIVE_ISOLATION, FlagKind.DROPLET_PRECAUTIONS):
        warn(neighbour, kind)
    assert against(a_man(unit), room[0], manager) == [
        (
            Doubt.NEIGHBOUR_PRECAUTIONS,
            "Dans la chambre 203, DURAND Anne : précautions gouttelettes, isolement protecteur.",
        )
    ]


def test_a_bed_of_another_unit_hosts_but_not_who_is_hosted_there_already(unit, room, manager):
    there = a_unit("CHIR")
    stay = a_man(unit)
    sentence = "Ce patient serait hébergé en Unité CHIR ; service responsable : Unité MED."
    assert against(stay, a_bed(there), manager) == [(Doubt.HOSTED, sentence)]
    assert against(expected(unit), a_bed(there), manager) == [(Doubt.HOSTED, sentence)]
    hosted = present(a_bed(there))
    hosted.unit = unit
    assert against(hosted, a_bed(there), manager) == []


def test_a_reason_is_read_once_by_its_key(unit, room, manager):
    woman, stay = a_woman(room[1]), a_man(unit)
    found = advice.against(stay, room[0], by=manager, at=NOW)
    assert [reason.key for reason in found] == [f"mixed_room-{woman.pk}"]
    advice.check_read(advice.unread(found, read=[found[0].key]))
    with refused(Conflict, "advised_against", field="bed", saying="serait mixte"):
        advice.check_read(advice.unread(found, read=["hosted-1"]))


def test_a_full_room_costs_no_more_than_one_neighbour(unit, manager):
    queries: list[int] = []
    stay = a_man(unit)
    for size in (2, 8):
        beds = [a_bed(unit, f"5{size}", str(number)) for number in range(size)]
        for bed in beds[1:]:
            a_woman(bed)
        with counted(queries):
            assert len(against(stay, beds[0], manager)) == size - 1
    assert queries[0] == queries[1]
