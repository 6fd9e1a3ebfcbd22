import pytest

from patients.models import Patient
from patients.rules import nirs

GOOD = "260058815400233"


def of(birth_date="1960-05", sex="F"):
    return Patient(birth_date=birth_date, sex=sex)


@pytest.mark.parametrize("value", ["295109912611193", "279035121518989", GOOD, "2 60 05 88 154 002 33"])
def test_a_right_key(value):
    assert nirs.has_key(value)


@pytest.mark.parametrize(
    "value", ["276037510669380", "260058815400244", "", "abc", "26005881540023", "2600588154002331"]
)
def test_a_wrong_key_or_shape(value):
    assert not nirs.has_key(value)


@pytest.mark.parametrize("department", ["2A", "2B"])
def test_corsica_counts_as_19_and_18(department):
    number = f"26005{department}154002"
    counted = number.replace("2A", "19").replace("2B", "18")
    key = f"{97 - int(counted) % 97:02d}"
    assert nirs.has_key(number + key)
    assert nirs.warnings((number + key).lower(), of=of()) == []


def keyed(number):
    return f"{number}{97 - int(number) % 97:02d}"


@pytest.mark.parametrize(
    ("value", "patient", "says"),
    [
        (GOOD, of(), []),
        (GOOD, of("1960"), []),
        (GOOD, of(""), []),
        (GOOD, of(sex="U"), []),
        ("260058815400244", of(), ["La clé"]),
        ("123", of(), ["15 signes"]),
        (GOOD, of(sex="M"), ["Le sexe"]),
        (GOOD, of("1961-05"), ["L’année"]),
        (GOOD, of("1960-06-01"), ["Le mois"]),
        (keyed("2602088154002"), of(), []),
        (keyed("2604288154002"), of(), []),
        (keyed("2609988154002"), of(), []),
        (keyed("2605088154002"), of(), []),
        (keyed("2601388154002"), of(), ["Le mois de naissance que donne le numéro n’existe pas"]),
        (keyed("2604388154002"), of(), ["n’existe pas"]),
        (keyed("2600088154002"), of(), ["n’existe pas"]),
        (keyed("2600599154002"), of(), []),
        (keyed("8600588154002"), of(), []),
        (keyed("7600588154002"), of(sex="M"), []),
        (keyed("1611388154002"), of(), ["Le sexe", "L’année", "Le mois"]),
    ],
)
def test_what_is_odd_is_said_without_the_number(value, patient, says):
    found = nirs.warnings(value, of=patient)
    assert len(found) == len(says)
    assert all(part in sentence for part, sentence in zip(says, found, strict=True))
    assert not any(value[:6] in sentence for sentence in found)
