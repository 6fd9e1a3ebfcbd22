from datetime import UTC, datetime, timedelta

import pytest

from amh.core.errors import Denied, Invalid
from amh.core.models import AuditEntry, User
from amh.core.roles import Role
from wards import signals
from wards.actions import structures
from wards.models import Bed, BedKind, FunctionalUnit, Room, Unit, UnitKind
from wards.rules.structures import Faulty, Row

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 14, 32, tzinfo=UTC)
WINDOW = Row(1, "MED", "Médecine", "HC", "201", "F", "lit")
DOOR = Row(2, "MED", "", "", "201", "P", "")
CHAIR = Row(3, "HDJ", "Hôpital de jour", "HDJ", "", "F1", "fauteuil")


def bring_in(*rows, by=None, at=NOW):
    return structures.bring_in(rows=rows, by=by, at=at)


@pytest.fixture
def heard():
    facts = []

    def listen(sender, **said):
        facts.append(said)

    signals.structure_changed.connect(listen, weak=False)
    yield facts
    signals.structure_changed.disconnect(listen)


def test_units_rooms_and_beds_are_made_in_the_order_of_the_lines():
    structure = bring_in(WINDOW, DOOR, CHAIR)

    assert [len(brought.created) for brought in (structure.units, structure.rooms, structure.beds)] == [2, 2, 3]
    assert [(unit.code, unit.name, unit.kind) for unit in Unit.objects.all()] == [
        ("MED", "Médecine", UnitKind.INPATIENT),
        ("HDJ", "Hôpital de jour", UnitKind.DAY_HOSPITAL),
    ]
    assert {bed.code: bed.kind for bed in Bed.objects.all()} == {
        "MED-201-F": BedKind.BED,
        "MED-201-P": BedKind.BED,
        "HDJ-F1-F1": BedKind.CHAIR,
    }


def test_the_same_lines_again_change_nothing_and_tell_nobody(heard):
    bring_in(WINDOW, DOOR, CHAIR)
    heard.clear()
    lines = AuditEntry.objects.count()

    structure = bring_in(WINDOW, DOOR, CHAIR, at=NOW + timedelta(days=1))

    assert not any(brought.touched for brought in (structure.units, structure.rooms, structure.beds))
    assert len(structure.beds.unchanged) == 3
    assert AuditEntry.objects.count() == lines
    assert heard == []


def test_a_change_is_said_by_ids_and_recorded_once_for_each_unit(heard):
    structure = bring_in(WINDOW, DOOR, CHAIR)

    assert heard[0]["unit_ids"] == {unit.pk for unit in structure.units.created}
    assert heard[0]["bed_ids"] == {bed.pk for bed in structure.beds.created}
    assert heard[0]["at"] == NOW
    assert AuditEntry.objects.filter(action="unit.bring_in").count() == 2


def test_a_bed_added_to_a_known_unit_touches_that_unit_alone(heard):
    bring_in(WINDOW, CHAIR)
    heard.clear()

    bring_in(WINDOW, DOOR, CHAIR)

    assert heard[0]["unit_ids"] == {Unit.objects.get(code="MED").pk}
    assert heard[0]["bed_ids"] == {Bed.objects.get(label="P").pk}


def test_what_a_message_had_made_is_completed_and_loses_the_mark():
    unit = structures.reference_unit("MED", "", NOW)
    bed = structures.reference_bed(unit, "201", "F", NOW)

    structure = bring_in(WINDOW, DOOR)

    unit.refresh_from_db()
    bed.refresh_from_db()
    assert (unit.name, unit.to_be_referenced, bed.to_be_referenced) == ("Médecine", False, False)
    assert structure.units.changed == [unit]
    assert structure.beds.changed == [bed]
    assert Bed.objects.count() == 2


def test_a_silent_kind_leaves_the_known_one():
    bring_in(CHAIR)

    bring_in(Row(1, "HDJ", bed="F1"))

    assert (Unit.objects.get().kind, Bed.objects.get().kind) == (UnitKind.DAY_HOSPITAL, BedKind.CHAIR)


def test_a_kind_or_name_said_otherwise_changes():
    bring_in(CHAIR)

    bring_in(Row(1, "HDJ", "HDJ oncologie", "Hospitalisation complète", "", "F1", "Lit"))

    unit, bed = Unit.objects.get(), Bed.objects.get()
    assert (unit.name, unit.kind, bed.kind) == ("HDJ oncologie", UnitKind.INPATIENT, BedKind.BED)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("HAD", UnitKind.HOME_CARE), ("Salon de sortie", UnitKind.LOUNGE), *((kind.value, kind) for kind in UnitKind)],
)
def test_every_kind_of_unit_has_its_words(word, kind):
    bring_in(Row(1, "X", "Unité", word))
    assert Unit.objects.get().kind == kind


def test_units_brought_in_after_the_last_place_share_it():
    bring_in(WINDOW)
    Unit.objects.update(position=32_760)

    bring_in(WINDOW, CHAIR, Row(3, "USP"))

    assert dict(Unit.objects.values_list("code", "position")) == {"MED": 32_760, "HDJ": 32_767, "USP": 32_767}


def test_a_bed_out_of_service_is_in_service_again():
    bring_in(WINDOW)
    Bed.objects.update(valid_until=NOW)

    assert len(bring_in(WINDOW, at=NOW + timedelta(hours=1)).beds.changed) == 1
    assert Bed.objects.get().valid_until is None


def test_bad_lines_are_all_named_and_nothing_is_brought_in():
    with pytest.raises(Faulty) as refused:
        bring_in(WINDOW, Row(2, "", "x", bed="1"), Row(3, "MED", unit_kind="garage", bed="1"), WINDOW)

    assert [fault.line for fault in refused.value.faults] == [2, 3]
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Row(2, "", bed="1"), "code d’unité manquant"),
        (Row(2, "MED", unit_kind="garage", bed="1"), "type d’unité inconnu : « garage »"),
        (Row(2, "MED", bed="1", bed_kind="hamac"), "type de lit inconnu : « hamac »"),
        (Row(2, "M" * 21, bed="1"), "« unit_code » dépasse 20 caractères"),
        (Row(2, "MED", "M" * 81, bed="1"), "« unit_name » dépasse 80 caractères"),
        (Row(2, "MED", room="2\x0001", bed="1"), "« room » contient un caractère illisible"),
        (Row(2, "MED", room="201", bed="F"), "ce lit est déjà décrit à la ligne 1"),
        (Row(2, "MED", "Medecine", bed="1"), "l’unité MED a un autre nom à la ligne 1"),
        (Row(2, "MED", unit_kind="hdj", bed="1"), "l’unité MED a un autre type à la ligne 1"),
        (Row(2, fault="guillemets mal fermés"), "guillemets mal fermés"),
    ],
)
def test_each_fault_has_its_sentence(row, sentence):
    with pytest.raises(Faulty) as refused:
        bring_in(WINDOW, row)

    assert [(fault.line, fault.sentence) for fault in refused.value.faults] == [(2, sentence)]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("", "HC", "Hospitalisation complète", "inpatient"), UnitKind.INPATIENT),
        (("HDJ", "hopital de jour", "HÔPITAL DE JOUR", "day_hospital"), UnitKind.DAY_HOSPITAL),
        (("ACA", "Ambulatoire", "chirurgie ambulatoire", "day_surgery"), UnitKind.DAY_SURGERY),
        (("SP", "USP", "Soins palliatifs", "palliative"), UnitKind.PALLIATIVE),
        (("CUR", "Curiethérapie", "brachytherapy"), UnitKind.BRACHYTHERAPY),
        (("BLOC", "Bloc opératoire", "theatre"), UnitKind.THEATRE),
    ],
)
def test_kinds_of_units_are_read_as_people_write_them(words, kind):
    bring_in(*(Row(line, f"U{line}", unit_kind=word, bed="1") for line, word in enumerate(words)))

    assert set(Unit.objects.values_list("kind", flat=True)) == {kind}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("", "lit", "Lit", "bed"), BedKind.BED),
        (("fauteuil", "FAUTEUIL", "chair"), BedKind.CHAIR),
        (("place", "Places"), BedKind.PLACE),
    ],
)
def test_kinds_of_beds_are_read_as_people_write_them(words, kind):
    bring_in(*(Row(line, "MED", bed=f"{line}", bed_kind=word) for line, word in enumerate(words)))

    assert set(Bed.objects.values_list("kind", flat=True)) == {kind}


def test_only_those_who_set_the_structure_may():
    nurse = User.objects.create_user("infirmiere", role=Role.NURSE)

    with pytest.raises(Denied):
        bring_in(WINDOW, by=nurse)
    bring_in(WINDOW, by=User.objects.create_user("admin", role=Role.ADMINISTRATOR))

    assert AuditEntry.objects.get(action="unit.bring_in").by.username == "admin"


def test_an_unknown_unit_is_made_to_be_referenced_once(heard):
    unit = structures.reference_unit("2199", "Onco-gériatrie", NOW)

    assert (unit.code, unit.name, unit.to_be_referenced) == ("2199", "Onco-gériatrie", True)
    assert structures.reference_unit("2199", "autrement", NOW) == unit
    assert [fact["unit_ids"] for fact in heard] == [{unit.pk}]


def test_a_unit_is_known_by_its_functional_unit_first():
    bring_in(WINDOW, Row(2, "2110", bed="1"))
    med = Unit.objects.get(code="MED")
    FunctionalUnit.objects.create(code="2110", unit=med)

    assert structures.reference_unit("2110", "", NOW) == med
    assert structures.reference_unit("MED", "", NOW) == med


def test_names_too_long_for_us_stay_apart():
    long = "SERVICE-D-ONCOLOGIE-MEDICALE-"
    one, other = (structures.reference_unit(long + end, "", NOW) for end in "AB")

    assert one != other
    assert structures.reference_unit(long + "A", "", NOW) == one


def test_an_unknown_bed_is_made_to_be_referenced_with_its_room_once(heard):
    bring_in(WINDOW)
    heard.clear()
    unit = Unit.objects.get()

    bed = structures.reference_bed(unit, "202", "F", NOW)

    assert (bed.code, bed.to_be_referenced) == ("MED-202-F", True)
    assert structures.reference_bed(unit, "202", "F", NOW) == bed
    assert structures.reference_bed(unit, "201", "F", NOW) == Bed.objects.get(room__label="201")
    assert [fact["bed_ids"] for fact in heard] == [{bed.pk}]


def test_a_bed_named_without_its_room_gives_the_room_its_label():
    unit = structures.reference_unit("MED", "", NOW)

    bed = structures.reference_bed(unit, "", "12", NOW)

    assert (Room.objects.get().label, bed.short_label) == ("12", "12")
    assert structures.reference_bed(unit, "", "12", NOW) == bed


def test_a_place_of_a_day_unit_never_holds_a_patient_back():
    bring_in(CHAIR)

    assert structures.reference_bed(Unit.objects.get(), "S9", "F9", NOW).kind == BedKind.PLACE


def test_a_message_that_names_nothing_makes_nothing():
    unit = structures.reference_unit("MED", "", NOW)

    with pytest.raises(Invalid):
        structures.reference_unit(" ", "", NOW)
    with pytest.raises(Invalid):
        structures.reference_bed(unit, "201", "", NOW)
    assert not Room.objects.exists()
