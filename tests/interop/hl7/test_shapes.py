import pytest
from hypothesis import given
from hypothesis import strategies as st

from amh.interop.hl7 import shapes
from tests.factories.clocks import NOW
from tests.factories.messages import adt


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("DUR-12", "AAA-99"),
        ("", ""),
        ("Hélène^L", "AAAAAA^A"),
        ("LEFEBVRE-MARTIN", "AAAAAA…-AAAAAA"),
        ("1580375123456", "999999…"),
        ("a1" * 40, "A9" * 20 + "…"),
    ],
)
def test_letters_and_figures_are_told_apart_and_no_more(text: str, shape: str) -> None:
    assert shapes.shape(text) == shape


@given(st.text())
def test_nothing_of_a_value_is_left(text: str) -> None:
    shape = shapes.shape(text)
    assert not [sign for sign in shape if sign.isalpha() and sign != "A"]
    assert not [sign for sign in shape if sign.isdecimal() and sign != "9"]


@pytest.mark.parametrize(
    ("where", "shape"),
    [
        ("PID-5", "AAAAAA^AAAAAA^^^^^A"),
        ("PV1-3.2", "999"),
        ("ZBE-9", "AAA"),
        ("ZBE", ""),
        ("ZFV-3", ""),
        ("nulle part", ""),
    ],
)
def test_the_shape_of_what_stands_in_a_place(where: str, shape: str) -> None:
    assert shapes.at(adt("A01"), where, received_at=NOW) == shape


def test_what_cannot_be_read_has_no_shape() -> None:
    assert shapes.at(b"bonjour", "PID-5", received_at=NOW) == ""
