import pytest

from patients.queries.homonyms import Neighbour
from patients.rules import homonyms
from patients.rules.homonyms import Reason, bare, close, namesakes, sound, spelled
from tests.expectations import counted
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit, beds
from tests.factories.presences import expected, present

BIRTH_NAME, USED_NAME, SOUND, BIRTH_DATE = Reason


def person(pk, name, first="", *, used="", used_first="", born="", sex="F"):
    return Neighbour(pk, name, used, first, used_first, born, sex, False)


def why(one, other):
    found = namesakes([person(1, *one[:-1], **one[-1]), person(2, *other[:-1], **other[-1])])
    assert found.get(1, {}).get(2) == found.get(2, {}).get(1)
    return found.get(1, {}).get(2, set())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lévy", "LEVY"),
        ("L’Hôte", "LHOTE"),
        ("O'Brien", "O’BRIEN"),
        ("Le Goff", "LE-GOFF"),
        ("Bœuf", "BOEUF"),
        ("Ÿe", "ye"),
        ("Ben Youssef", "Benyoussef"),
        ("Łukasz", "LUKASZ"),
    ],
)
def test_a_birth_name_is_the_same_whatever_accents_capitals_hyphens_and_spaces(one, other):
    assert BIRTH_NAME in why((one, "Anne", {}), (other, "Luc", {}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Durand", "Anne"), ("Durant", "Anna")),
        (("Renaud", "Luc"), ("Renault", "Luc")),
        (("Thibaut", "Yves"), ("Thibault", "Ives")),
        (("Lefebvre", "Catherine"), ("Lefèvre", "Katrine")),
        (("Gauthier", "Philippe"), ("Gautier", "Filipe")),
        (("Dupuis", "Cécile"), ("Dupuy", "Sessile")),
        (("Hamon", "Hélène"), ("Amon", "Elene")),
        (("Durand", "Jean-Pierre"), ("Durant", "Jean Pierre")),
    ],
)
def test_names_and_first_names_that_are_heard_alike(one, other):
    assert why((*one, {}), (*other, {})) == {SOUND}


def test_a_used_name_is_heard_too():
    assert why(("Morel", "Christine", {"used": "Lefèvre"}), ("Lefebvre", "Christine", {})) == {SOUND}
    assert why(("Durand", "Marie", {"used_first": "Maya"}), ("Durant", "Maia", {})) == {SOUND}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Leroy", "Marie"), ("Laure", "Maria")),
        (("Martin", "Paul"), ("Morton", "Paule")),
        (("Durand", "Anne"), ("Durant", "Luc")),
        (("Petit", "Anne"), ("Bernard", "Anne")),
        (("Inconnu 1", "X"), ("Inconnu 2", "X")),
    ],
)
def test_names_that_nobody_confuses(one, other):
    assert why((*one, {}), (*other, {})) == set()


def test_the_same_used_name_and_a_used_name_that_is_a_birth_name():
    assert why(("Morel", "Anne", {"used": "Martin"}), ("Petit", "Zoé", {"used": "MARTIN"})) == {USED_NAME}
    assert why(("Morel", "Anne", {"used": "Martin"}), ("Martin", "Luc", {"sex": "M"})) == {USED_NAME}
    assert why(("Martin", "Anne", {}), ("Martin", "Luc", {"sex": "M"})) == {BIRTH_NAME}


def test_the_same_birth_date_and_sex_with_close_names():
    born = {"born": "1958-03-12"}
    assert why(("Durand", "Anne", born), ("Duran", "Zoé", born)) == {BIRTH_DATE}
    assert why(("Morel", "Anne", born | {"used": "Durand"}), ("Duran", "Zoé", born)) == {BIRTH_DATE}
    assert why(("Durand", "Anne", born), ("Petit", "Zoé", born)) == set()
    assert why(("Durand", "Anne", born), ("Duran", "Zoé", born | {"sex": "M"})) == set()
    assert why(("Durand", "Anne", {"born": "1958"}), ("Duran", "Zoé", {"born": "1958"})) == set()


@pytest.mark.parametrize("name", ["", "’", "-", " ", "..."])
def test_a_name_that_says_nothing_makes_no_homonym(name):
    assert why((name, "", {}), (name, "", {})) == set()


def test_one_person_with_two_stays_is_no_homonym():
    assert namesakes([person(1, "Durand"), person(1, "Durand")]) == {}


def test_a_bed_without_a_patient_is_nobody():
    assert namesakes([person(None, "Durand"), person(1, "Durand")]) == {}


def test_each_of_many_knows_all_the_others():
    found = namesakes([person(pk, "Durand", "Anne") for pk in range(1, 5)])
    assert {pk: set(others) for pk, others in found.items()} == {pk: {1, 2, 3, 4} - {pk} for pk in range(1, 5)}


@pytest.mark.parametrize(
    "change",
    [
        {"birth_name": "Martin"},
        {"used_name": "Martin"},
        {"first_names": "Zoé"},
        {"used_first_name": "Zoé"},
        {"birth_date": "1958-03-13"},
        {"sex": "M"},
    ],
)
def test_what_is_kept_of_a_list_is_never_that_of_another(change):
    one, other = (person(pk, "Durand", "Anne", born="1958-03-12") for pk in (1, 2))
    homonyms._found.cache_clear()
    before = namesakes([one, other])
    changed = namesakes([one, other._replace(**change)])
    homonyms._found.cache_clear()
    assert namesakes([one, other]) == before
    assert namesakes([one, other._replace(**change)]) == changed
    assert namesakes([one, other._replace(patient_id=3)]).keys() == {1, 3}


def test_the_forms_of_a_name():
    assert (bare("L’Hôte-Œuf"), spelled("Thibault"), spelled("Ch"), spelled("T")) == ("lhoteoeuf", "tibo", "ch", "t")
    assert sound("INCONNU 1") != sound("INCONNU 2")
    assert close("DURAND", "Durant")
    assert not close("X 12", "X 13")
    assert spelled("李") == "李"


@pytest.mark.django_db
def test_those_who_are_in_the_unit_are_told_with_their_place():
    unit = a_unit()
    first, second = beds(unit, 2)
    one = present(first, patient=a_patient("Lévy")).patient
    other = present(second, patient=a_patient("LEVY")).patient
    there = present(unit, patient=a_patient("Levi")).patient
    present(a_bed(a_unit()), patient=a_patient("LEVY"))
    expected(unit, patient=a_patient("LEVY"))
    found = homonyms.of(one, at=NOW)
    assert [(each.person.patient_id, each.person.bed_id) for each in found] == [(other.pk, second.pk), (there.pk, None)]
    assert found[0].reasons == (BIRTH_DATE, BIRTH_NAME, SOUND)
    assert homonyms.of(one, at=paris("10:00")) == []
    assert homonyms.beds_of(one, unit_ids=[unit.pk, None], at=NOW) == {second.pk, None}


@pytest.mark.django_db
def test_somebody_who_is_nowhere_has_no_homonym():
    present(a_bed(a_unit()), patient=a_patient("Durand"))
    assert homonyms.of(a_patient("Durand"), at=NOW) == []


@pytest.mark.django_db
def test_homonyms_cost_the_same_however_many_there_are():
    unit, costs = a_unit(), []
    one = present(a_bed(unit), patient=a_patient("Durand")).patient
    for number in (1, 20):
        for _ in range(number):
            present(a_bed(unit), patient=a_patient("Durand"))
        with counted(costs):
            homonyms.of(one, at=NOW)
    assert costs == [2, 2]
