"""Telephone numbers as people type them, as they are stored, as they are dialled."""

import pytest

from amh.core import phones
from amh.core.errors import Invalid
from tests.expectations import refused

NBSP = "\xa0"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("0612345678", "+33612345678"),
        (f"06{NBSP}12{NBSP}34{NBSP}56{NBSP}78", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+32 2 555 12 12", "+3225551212"),
        (" 01 44 00 00 00 ", "+33144000000"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_number_is_stored_as_one_whatever_the_hand(typed, stored):
    assert phones.stored(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "voisine",
        "0800 FLEURS",
        "06 12 34 56 78 / 79",
        "12",
        "06 12 34 56 78 90 12",
        "+999 1",
        "06;12",
        "<script>",
        "++33",
    ],
)
def test_what_is_no_number_is_refused_beside_its_field(typed):
    with refused(Invalid, "bad_phone", field="phone", saying=typed):
        phones.stored(typed, field="phone")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("+33144000000", "01 44 00 00 00"),
        ("+3225551212", "+32 2 555 12 12"),
        ("poste 5512", "poste 5512"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_it_is_dialled_from_here(number, shown):
    assert phones.shown(number) == shown


@pytest.mark.parametrize(
    ("number", "doubtful"),
    [("+33612345678", False), ("+3225551212", False), ("+33692123456", True), ("+33061234567", True), ("rien", True)],
)
def test_a_number_of_no_known_range_is_doubtful(number, doubtful):
    assert phones.is_doubtful(number) == doubtful
