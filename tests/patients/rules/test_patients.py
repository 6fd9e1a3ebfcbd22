import pytest

from amh.core.errors import Invalid
from patients.models import Patient
from patients.rules.patients import check_traits, completed, known_part
from tests.expectations import refused
from tests.factories.clocks import NOW


@pytest.mark.parametrize("lunar", ["1958-13-05", "1958-00-00", "1958-02-31", "1899-99-99", ""])
def test_a_lunar_date_may_be_one_that_no_calendar_knows(lunar):
    check_traits({"lunar_birth_date": lunar}, now=NOW)


@pytest.mark.parametrize(
    ("lunar", "code"),
    [
        ("1958", "bad_date"),
        ("58-13-05", "bad_date"),
        ("1958-1-5", "bad_date"),
        ("<script>", "bad_date"),
        ("2027-13-01", "in_the_future"),
    ],
)
def test_a_lunar_date_that_is_none(lunar, code):
    with refused(Invalid, code, field="lunar_birth_date"):
        check_traits({"lunar_birth_date": lunar}, now=NOW)


@pytest.mark.parametrize(
    ("lunar", "known"),
    [
        ("1958-13-05", "1958"),
        ("1958-00-12", "1958"),
        ("1958-03-00", "1958-03"),
        ("1958-02-31", "1958-02"),
        ("1958-03-12", "1958-03-12"),
    ],
)
def test_what_a_calendar_knows_of_a_lunar_date(lunar, known):
    assert known_part(lunar) == known
    assert completed(Patient(), {"lunar_birth_date": lunar})["birth_date"] == known


def test_a_lunar_date_leaves_a_birth_date_that_is_known():
    assert completed(Patient(birth_date="1958-04"), {"lunar_birth_date": "1958-13-05"}) == {
        "lunar_birth_date": "1958-13-05"
    }
    said = {"lunar_birth_date": "1958-13-05", "birth_date": "1959"}
    assert completed(Patient(), said) == said


@pytest.mark.parametrize(
    ("said", "protected", "protection"),
    [
        ({"protection": "vip"}, True, "vip"),
        ({"protection": ""}, False, ""),
        ({"protected": False}, False, ""),
        ({"protected": True}, True, None),
        ({"protection": "vip", "protected": False}, True, "vip"),
        ({}, None, None),
    ],
)
def test_a_reason_protects_and_no_reason_does_not(said, protected, protection):
    traits = completed(Patient(), said)
    assert (traits.get("protected"), traits.get("protection")) == (protected, protection)
