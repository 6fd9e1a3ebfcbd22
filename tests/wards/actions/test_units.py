from datetime import timedelta

import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from tests.expectations import nothing_written, refused, who_may
from tests.factories.clocks import NOW
from tests.factories.places import a_bed, a_unit
from tests.factories.structures import told
from wards.actions import structures, units
from wards.models import Calendar, FunctionalUnit, Unit, UnitKind
from wards.queries.structures import unit_named

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
NEW = {"code": "MED", "name": "Médecine", "kind": UnitKind.INPATIENT}


def create(by=None, **said):
    return units.create(said=NEW | said, by=by, at=NOW)


def change(unit, by=None, **said):
    return units.change(unit=unit, said=said, by=by, at=NOW)


def codes(unit):
    return set(unit.functional_units.values_list("code", flat=True))


def test_a_new_unit_comes_last_and_is_told():
    a_unit("HEM", position=20)
    calendar = Calendar.objects.create(name="Semaine")
    unit = create(phone=" 01 02 03 ", calendar=calendar, functional_units=["2110", " 2111", "MED"])
    assert (unit.position, unit.phone, unit.calendar, unit.valid_from) == (30, "01 02 03", calendar, NOW)
    assert codes(unit) == {"2110", "2111"}
    assert not unit.to_be_referenced
    with told("unit.create", units=(Unit(pk=unit.pk + 1),), at=NOW):
        create(code="CHIR")


def test_a_change_is_recorded_by_its_fields_and_what_is_not_said_stays():
    unit = create(phone="12", functional_units=["2110"])
    with told("unit.change", units=(unit,), at=NOW):
        change(unit, name="  Médecine   B ")
    unit.refresh_from_db()
    assert (unit.name, unit.phone, unit.kind) == ("Médecine B", "12", UnitKind.INPATIENT)
    assert codes(unit) == {"2110"}
    assert AuditEntry.objects.latest("pk").params == {"fields": ["name"]}


def test_functional_units_not_said_any_more_go():
    unit = create(functional_units=["2110", "2111"])
    change(unit, functional_units=["2111", "2112"])
    assert codes(unit) == {"2111", "2112"}


def test_a_unit_that_a_message_named_is_described_and_keeps_the_name_of_the_messages():
    unit = structures.reference_unit("2034", "", NOW)
    change(unit, code="ONCO", name="Oncologie")
    unit.refresh_from_db()
    assert (unit.code, unit.to_be_referenced, codes(unit)) == ("ONCO", False, {"2034"})
    assert structures.reference_unit("2034", "", NOW) == unit


@pytest.mark.parametrize(
    ("said", "field", "saying"),
    [
        ({"code": "  "}, "code", "obligatoire"),
        ({"code": "X" * 21}, "code", "20 caractères au plus"),
        ({"name": ""}, "name", "obligatoire"),
        ({"name": "Méde\x00cine"}, "name", "ne s’imprime pas"),
        ({"phone": "1" * 31}, "phone", "30 caractères au plus"),
        ({"kind": "hotel"}, "kind", "Choix inconnu : « hotel »."),
        ({"position": 40_000}, "position", "de 0 à 32767"),
        ({"position": -1}, "position", "de 0 à 32767"),
        ({"functional_units": ["X" * 21]}, "functional_units", "20 caractères au plus"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(said, field, saying):
    with nothing_written(), pytest.raises(Invalid) as caught:
        create(**said)
    assert (caught.value.field, saying in caught.value.sentence) == (field, True)


def test_a_name_is_kept_as_it_is_written_marks_and_all():
    assert create(name="<script>alert(1)</script> d’Ÿ").name == "<script>alert(1)</script> d’Ÿ"


def test_a_code_names_one_unit():
    other = create(functional_units=["2110"])
    with refused(Conflict, "code_taken", field="code", saying="Le code MED est déjà celui de « Médecine »."):
        create()
    with refused(Conflict, "code_taken", field="functional_units", saying="2110"):
        create(code="HEM", functional_units=["2110"])
    with refused(Conflict, "code_taken", field="functional_units", saying="MED"):
        create(code="HEM", functional_units=["MED"])
    assert Unit.objects.get() == other


def test_a_unit_comes_back_with_what_went_with_it():
    unit = create()
    bed, gone_before = a_bed(unit, "201", "F"), a_bed(unit, "201", "P", valid_until=NOW - A_DAY)
    Unit.objects.update(valid_until=NOW)
    unit.rooms.update(valid_until=NOW)
    type(bed).objects.filter(pk=bed.pk).update(valid_until=NOW)
    with told("unit.restore", units=(unit,), beds=(bed,), at=NOW):
        units.restore(unit=unit, by=None, at=NOW)
    for place in (unit, bed, bed.room, gone_before):
        place.refresh_from_db()
    assert (unit.valid_until, bed.valid_until, bed.room.valid_until) == (None, None, None)
    assert gone_before.valid_until == NOW - A_DAY
    with refused(Conflict, "in_service", saying="« Médecine » est déjà en service."):
        units.restore(unit=unit, by=None, at=NOW)


def test_a_unit_whose_code_now_means_another_does_not_come_back():
    unit, other = create(), create(code="HEM", name="Hématologie")
    Unit.objects.filter(pk=unit.pk).update(valid_until=NOW)
    FunctionalUnit.objects.create(code="MED", unit=other)
    assert unit_named("MED") == other
    with refused(Conflict, "other_name", saying="Le code MED désigne « Hématologie »"):
        units.restore(unit=unit, by=None, at=NOW)


def test_the_structure_is_described_by_the_administrator_alone():
    unit = a_unit(valid_until=NOW)
    for act in (
        lambda by: create(by=by),
        lambda by: change(unit, by=by, name="B"),
        lambda by: units.restore(unit=unit, by=by, at=NOW),
    ):
        assert who_may(act) == {Role.ADMINISTRATOR}
