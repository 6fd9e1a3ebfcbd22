"""The pages by which the structure is described."""

import pytest
from django.urls import reverse

from amh.core.roles import Role
from tests.board.browsing import HTMX, browse, text
from tests.expectations import counted, nothing_written
from tests.factories.clocks import LONG_AGO, NOW
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from wards.actions import structures
from wards.models import Bed, BedKind, Calendar, Room, Unit, UnitKind

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def admin(db):
    return a_user(Role.ADMINISTRATOR)


def get(by, page, *args, **asked):
    return browse(by).get(reverse(f"desk:{page}", args=args), asked)


def post(by, page, *args, **said):
    return browse(by).post(reverse(f"desk:{page}", args=args), said, headers=HTMX)


def main(answer):
    return text(answer).partition("<main")[2]


def test_an_empty_hospital_says_what_to_do(admin):
    page = main(get(admin, "units"))
    assert "Aucune unité n’est encore décrite" in page
    assert "Importer la structure" in page


def test_what_is_to_be_referenced_comes_first_and_what_is_gone_last(admin):
    a_bed(a_unit("MED", name="Médecine"), "201", "F")
    half_known = a_unit("HEM", name="Hématologie")
    structures.reference_bed(half_known, "301", "P", LONG_AGO)
    structures.reference_unit("2034", "", LONG_AGO)
    a_unit("OLD", name="Ancienne", valid_until=NOW)
    page = main(get(admin, "units"))
    places = [page.index(word) for word in ("2034", "1 lit à référencer", "1 unité décrite", "Médecine", "Ancienne")]
    assert places == sorted(places)


def test_a_unit_is_created_described_and_shown(admin):
    calendar = Calendar.objects.create(name="Semaine")
    said = {"code": "MED", "name": "Médecine", "kind": UnitKind.INPATIENT, "phone": "4512", "position": ""}
    answer = post(admin, "unit-create", **said, calendar=calendar.pk, functional_units="2110, 2111")
    unit = Unit.objects.get()
    assert answer["HX-Redirect"] == reverse("desk:unit", args=[unit.pk])
    page = main(get(admin, "unit", unit.pk))
    for word in ("Médecine", "4512", "Semaine", "2110, 2111", "Aucune chambre."):
        assert word in page
    assert 'value="2110 2111"' in text(get(admin, "unit-change", unit.pk))
    post(admin, "unit-change", unit.pk, **said | {"name": SCRIPT, "position": "7"}, functional_units="")
    unit.refresh_from_db()
    assert (unit.name, unit.position, unit.calendar, unit.functional_units.count()) == (SCRIPT, 7, None, 0)
    assert SCRIPT not in get(admin, "unit", unit.pk).content.decode()
    assert SCRIPT not in get(admin, "units").content.decode()


@pytest.mark.parametrize(
    ("said", "saying"),
    [
        ({"code": ""}, "Ce champ est obligatoire."),
        ({"code": "X" * 21}, "20 caractères au plus."),
        ({"code": "HEM"}, "Le code HEM est déjà celui de « Unité HEM »."),
        ({"kind": "hotel"}, "Sélectionnez un choix valide."),
        ({"position": "99999"}, "Un rang de 0 à 32767 est attendu."),
        ({"functional_units": "HEM"}, "Le code HEM est déjà celui de « Unité HEM »."),
        ({"calendar": "99"}, "Sélectionnez un choix valide."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(admin, said, saying):
    a_unit("HEM")
    with nothing_written():
        answer = post(admin, "unit-create", **{"code": "MED", "name": "Médecine", "kind": "inpatient"} | said)
    assert answer.status_code in (409, 422)
    assert saying in text(answer)
    assert 'value="Médecine"' in text(answer)


def test_a_unit_shows_its_rooms_in_order_and_hides_what_is_gone_until_asked(admin):
    unit = a_unit("MED", name="Médecine")
    for room in ("1001", "201", "99"):
        a_bed(unit, room, "F")
    a_bed(unit, "201", "PARTI", valid_until=NOW)
    Room.objects.filter(label="99").update(valid_until=NOW)
    page = main(get(admin, "unit", unit.pk))
    assert page.index("201") < page.index("1001")
    assert "PARTI" not in page
    whole = main(get(admin, "unit", unit.pk, tout=1))
    assert "PARTI" in whole
    assert whole.count("hors service") >= 2


def test_a_room_and_a_bed_are_added_and_described(admin):
    unit = a_unit()
    post(admin, "room-create", unit.pk, label="201", shielded="on")
    room = Room.objects.get()
    post(admin, "bed-create", room.pk, label="F", kind=BedKind.BED)
    bed = Bed.objects.get()
    assert (room.shielded, str(bed)) == (True, "201 F")
    post(admin, "room-change", room.pk, label="202")
    post(admin, "bed-change", bed.pk, label="P", kind=BedKind.CHAIR, room=room.pk)
    room.refresh_from_db()
    bed.refresh_from_db()
    assert (room.label, room.shielded, bed.label, bed.kind) == ("202", False, "P", BedKind.CHAIR)
    again = post(admin, "bed-create", room.pk, label="P", kind=BedKind.BED)
    assert (again.status_code, "Le lit 202 P existe déjà" in text(again)) == (409, True)


@pytest.mark.parametrize("noun", ["unit", "room", "bed"])
def test_a_place_goes_and_comes_back(admin, noun):
    bed = a_bed(a_unit())
    place = {"unit": bed.room.unit, "room": bed.room, "bed": bed}[noun]
    assert "Vide : dès maintenant." in text(get(admin, f"{noun}-retire", place.pk))
    answer = post(admin, f"{noun}-retire", place.pk, until="")
    assert answer["HX-Redirect"] == reverse("desk:unit", args=[bed.room.unit_id])
    place.refresh_from_db()
    assert place.valid_until is not None
    shown = get(admin, *(("unit", place.pk) if noun == "unit" else (f"{noun}-change", place.pk)))
    assert "Remettre en service" in text(shown)
    post(admin, f"{noun}-restore", place.pk)
    place.refresh_from_db()
    assert place.valid_until is None
    assert get(admin, f"{noun}-restore", place.pk).status_code == 405
    assert post(admin, f"{noun}-restore", place.pk).status_code == 409


@pytest.mark.parametrize("noun", ["unit", "room", "bed"])
def test_what_serves_somebody_stays_and_says_why_in_the_dialog(admin, noun):
    bed = a_bed(a_unit(), "201", "F")
    present(bed)
    pk = {"unit": bed.room.unit_id, "room": bed.room_id, "bed": bed.pk}[noun]
    with nothing_written():
        answer = post(admin, f"{noun}-retire", pk, until="")
    assert answer.status_code == 409
    assert "sert encore ou est promis. 201 F : un autre patient depuis" in text(answer)


def test_a_moment_that_is_none_is_refused(admin):
    answer = post(admin, "bed-retire", a_bed(a_unit()).pk, until="demain")
    assert (answer.status_code, "Indiquer une date et une heure" in text(answer)) == (422, True)


def test_a_bed_that_serves_changes_neither_room_nor_kind(admin):
    bed, other = a_bed(a_unit(), "201", "F"), a_bed(a_unit(), "301", "F").room
    present(bed)
    answer = post(admin, "bed-change", bed.pk, label="F", kind=BedKind.BED, room=other.pk)
    assert (answer.status_code, "201 F : un autre patient" in text(answer)) == (409, True)
    assert post(admin, "bed-change", bed.pk, label="G", kind=BedKind.BED, room=bed.room_id).status_code == 200


def test_a_name_from_a_message_is_tied_to_what_is_described(admin):
    real = a_bed(a_unit("MED", name="Médecine"), "201", "1")
    named = structures.reference_bed(real.room.unit, "201", "F", LONG_AGO)
    assert "Rattacher à un lit décrit" in text(get(admin, "bed-change", named.pk))
    assert f'<option value="{real.pk}">201 1' in text(get(admin, "bed-rename", named.pk))
    post(admin, "bed-rename", named.pk, same_as=real.pk)
    assert "autre nom de 201 1" in main(get(admin, "unit", real.room.unit_id, tout=1))
    assert "Autre nom du lit 201 1." in text(get(admin, "bed-change", named.pk))
    unit = structures.reference_unit("2034", "", LONG_AGO)
    assert "Rattacher à une unité décrite" in text(get(admin, "unit", unit.pk))
    assert "Médecine (MED)" in text(get(admin, "unit-rename", unit.pk))
    answer = post(admin, "unit-rename", unit.pk, same_as=real.room.unit_id)
    assert answer["HX-Redirect"] == reverse("desk:unit", args=[real.room.unit_id])
    assert "2034" in main(get(admin, "unit", real.room.unit_id))


def test_a_choice_that_is_none_is_refused(admin):
    unit = structures.reference_unit("2034", "", LONG_AGO)
    assert post(admin, "unit-rename", unit.pk, same_as="").status_code == 422
    assert post(admin, "unit-rename", unit.pk, same_as="9" * 30).status_code == 404
    assert post(admin, "unit-rename", unit.pk, same_as=unit.pk).status_code == 422


def test_pages_ask_the_same_questions_whatever_the_hospital(admin):
    queries: list[int] = []
    unit, client = a_unit(), browse(admin)
    for number in (1, 30):
        for index in range(number):
            a_bed(a_unit())
            a_bed(unit, f"{number}-{index}", "F")
        for address in (reverse("desk:units"), reverse("desk:unit", args=[unit.pk])):
            with counted(queries):
                assert client.get(address).status_code == 200
    assert queries[:2] == queries[2:]
