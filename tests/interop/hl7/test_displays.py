"""A message on the page: marked where it is at fault, masked for those who may not read it, never without bounds."""

from collections.abc import Sequence

import pytest

from amh.interop.hl7 import displays
from amh.interop.hl7.displays import MASK, Block, Line, Marks, Shown
from amh.interop.hl7.messages import parse
from tests.factories.clocks import NOW
from tests.factories.messages import adt


def shown(raw: bytes, *, fault: str = "", deviations: Sequence[Sequence[str]] = (), whole: bool = True) -> Shown:
    return displays.shown(parse(raw, received_at=NOW), Marks.of(fault, deviations), whole=whole)


def block(message: Shown, name: str) -> Block:
    return next(one for one in message.blocks if one.name == name)


def line(message: Shown, place: str) -> Line:
    return next(one for one in block(message, place.split("-", maxsplit=1)[0]).lines if one.place == place)


def texts(message: Shown) -> str:
    values = [one.value for each in message.blocks for one in each.lines if one.value]
    return " ".join(f"{value.text} {value.unfolded}" for value in values)


def test_segments_and_fields_have_their_names() -> None:
    message = shown(adt("A02", action="UPDATE"))
    assert [one.name for one in message.blocks] == ["MSH", "EVN", "PID", "PV1", "ZBE"]
    assert block(message, "PV1").title == "Venue"
    place, action = line(message, "PV1-3"), line(message, "ZBE-4")
    assert place.value is not None
    assert action.value is not None
    assert (place.name, place.value.text) == ("Unité, chambre et lit", "MED^201^F")
    assert (action.value.text, action.value.meaning) == ("UPDATE", "correction")


def test_hours_and_birth_dates_are_written_as_the_site_writes_them() -> None:
    message = shown(adt("A01"))
    moment, born, event = (line(message, place).value for place in ("ZBE-2", "PID-7", "MSH-9"))
    assert moment is not None
    assert ":" in moment.meaning
    assert born is not None
    assert born.meaning == "12/03/1958"
    assert event is not None
    assert event.meaning == "Entrée"


def test_the_fault_is_marked_where_it_stands() -> None:
    message = shown(adt("A13"), fault="ZBE-1")
    assert line(message, "ZBE-1").at_fault
    assert [one.place for each in message.blocks for one in each.lines if one.at_fault] == ["ZBE-1"]
    assert message.has_fault


def test_a_field_or_a_segment_that_is_missing_is_shown_as_missing() -> None:
    empty = shown(adt("A28", ipp="").replace(b"^^^CLCC^PI", b""), fault="PID-3")
    assert (line(empty, "PID-3").value, line(empty, "PID-3").at_fault) == (None, True)
    without = shown(b"\r".join(adt("A40").split(b"\r")[:3]), fault="MRG-1", deviations=[["visit-missing", "PV1"]])
    assert (block(without, "MRG").absent, line(without, "MRG-1").at_fault) == (True, True)
    assert (block(without, "PV1").absent, block(without, "PV1").oddities) == (True, ["Segment PV1 absent"])


def test_deviations_stand_at_their_places() -> None:
    message = shown(adt("A01"), deviations=[["uf-from-movement", "PV1-3.1"], ["timestamp", "ZBE-2"], ["new", "MSH-18"]])
    assert line(message, "PV1-3").oddities == ["UF d’hébergement absente, reprise de l’UF du mouvement"]
    assert line(message, "ZBE-2").oddities == ["Date ou heure illisible"]
    assert line(message, "MSH-18").oddities == ["new"]


def test_a_place_is_marked_once() -> None:
    message = shown(adt("A01", extra="ZBE|M9^CLCC|2026||INSERT"), fault="ZBE-1", deviations=[["timestamp", "ZBE-2"]])
    marked = [one for each in message.blocks for one in each.lines if one.at_fault or one.oddities]
    assert [one.place for one in marked] == ["ZBE-1", "ZBE-2"]


def test_whoever_may_not_see_the_patient_sees_what_is_technical() -> None:
    raw = adt("A01", name="SECRETE^Anne", ipp="990011", visit="V77", physician="123^MEDECIN", extra="NK1|1|MERE^Lucie")
    message = shown(raw, whole=False)
    assert message.masked
    for word in ("SECRETE", "990011", "V77", "19580312", "MEDECIN", "MERE"):
        assert word not in texts(message)
    place, name = line(message, "PV1-3").value, line(message, "PID-5").value
    assert place is not None
    assert name is not None
    assert (place.text, place.masked) == ("MED^201^F", False)
    assert (name.text, name.length, name.masked) == (MASK, 0, True)


def test_a_segment_that_nobody_knows_is_masked_whole() -> None:
    assert "SECRETE" not in texts(shown(adt("A01", extra="ZZZ|1|SECRETE"), whole=False))


@pytest.mark.parametrize("written", ["269054958815780", "2690549588157 80", "2 69"])
def test_a_national_number_is_shown_to_nobody(written: str) -> None:
    raw = adt("A28").replace(b"^^^CLCC^PI", f"^^^CLCC^PI~{written}^^^1.2.250.1.213.1.4.8^INS".encode())
    assert "269054958815780" not in texts(shown(raw))
    assert "2690549588157" not in texts(shown(raw))


def test_a_long_value_is_cut_counted_and_unfolds() -> None:
    message = shown(adt("A01", extra=f"NTE|1|{'x' * 10_000}"))
    value = line(message, "NTE-2").value
    assert value is not None
    assert (len(value.text), len(value.unfolded), value.length) == (displays.SHOWN, 10_000, 10_000)


def test_a_message_of_five_megabytes_stays_a_page() -> None:
    note = "NTE|1|" + "y" * 90_000
    message = shown(adt("A01", extra="\r".join([note] * 58)))
    assert len(texts(message)) < 3 * displays.BUDGET
    assert message.left_out == 3
    wide = shown(adt("A01", extra="NTE" + "|z" * 5_000))
    assert len(block(wide, "NTE").lines) == displays.MOST_FIELDS


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"MSH|\rPID|\r", "CR"), (b"MSH|\r\nPID|\nPV1|", "CRLF + LF"), (b"MSH|", "")],
)
def test_line_ends_are_named(raw: bytes, said: str) -> None:
    assert displays.line_ends(raw) == said


def test_what_is_no_message_is_bounded_text() -> None:
    value = displays.text("bonjour " * 100_000)
    assert (len(value.unfolded), value.length) == (displays.UNFOLDED, 800_000)
