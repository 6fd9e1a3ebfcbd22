"""What we write, read by our own reader and by somebody else's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amh.interop.hl7 import messages, pam, redaction, sent, writers
from amh.interop.hl7.acks import APPLICATION
from amh.interop.hl7.messages import Sender
from amh.interop.hl7.readings import (
    INS,
    IPP,
    Action,
    FunctionalUnit,
    Identifier,
    Location,
    MovementFacts,
    PatientTraits,
    PractitionerName,
    Prior,
    Reading,
    VisitFacts,
)
from amh.interop.hl7.writers import Charset, Envelope

AT = datetime(2026, 11, 21, 13, 32, 20, tzinfo=UTC)
US = Sender(APPLICATION, "CLCC")
ENVELOPE = Envelope(US, Sender("DPI", "CLCC"), "ABC123", AT)

SIGNS = "ABCéèïœŸ'-|^~\\&\"0 "
UNICODE = st.characters(exclude_categories=["C", "Z", "M"], exclude_characters="\ufeff,")


def texts(signs: st.SearchStrategy[str], *, least: int = 0, most: int = 80) -> st.SearchStrategy[str]:
    """Texts as people type them: no space at either end, nor two in a row."""
    spaced = st.text(signs, min_size=least, max_size=most).map(lambda text: " ".join(text.split()))
    return spaced.filter(lambda text: len(text) >= least)


MOMENTS = st.integers(0, 700 * 86_400).map(lambda seconds: AT + timedelta(seconds=seconds))
TRIGGERS = st.sampled_from(
    [(event.trigger, Action.INSERT) for event in sent.EVENTS.values()]
    + [(event.cancel, Action.CANCEL) for event in sent.EVENTS.values()]
    + [("Z99", Action.UPDATE)]
)


@st.composite
def readings(draw, signs: st.SearchStrategy[str]) -> Reading:
    """Whatever may be told of anybody."""
    name, label = texts(signs, least=1), texts(signs, least=1, most=20)
    trigger, action = draw(TRIGGERS)
    checked, deceased = draw(st.booleans()), draw(st.booleans())
    identifiers = [Identifier(IPP, draw(st.sampled_from(["CLCC", "1.2.250.1.71"])), draw(label))]
    if checked and draw(st.booleans()):
        identifiers.append(Identifier(INS, "1.2.250.1.213.1.4.10", "279035121518989"))
    first = draw(st.lists(texts(signs, least=1, most=20).filter(lambda one: " " not in one), max_size=3))
    patient = PatientTraits(
        identifiers=tuple(identifiers),
        birth_name=draw(name),
        first_names=" ".join(first),
        used_name=draw(texts(signs)),
        used_first_name=draw(texts(signs)),
        birth_date=draw(st.sampled_from(["", "1958", "1958-03", "1958-03-12"])),
        sex=draw(st.sampled_from(["M", "F", "U"])),
        birth_place=draw(st.sampled_from(["", "69123", "2A004"])),
        ins_retrieved=len(identifiers) > 1,
        identity_checked=checked,
        reliability_said=True,
        homonym=draw(st.booleans()),
        doubtful=not checked and draw(st.booleans()),
        fictive=not checked and draw(st.booleans()),
        deceased=deceased,
        deceased_at=draw(st.none() | MOMENTS) if deceased else None,
        protected=draw(st.booleans()),
    )
    person = PractitionerName("10005173140", "RPPS", family=draw(name), given=draw(texts(signs)))
    account = draw(texts(signs, most=20))
    visit = VisitFacts(
        visit_number=draw(label),
        visit_domain=draw(label),
        account_number=account,
        account_domain="CLCC" if account else "",
        patient_class="I",
        treatment_mode="03",
        responsible=draw(st.none() | st.just(person)),
        expected_admission_at=draw(st.none() | MOMENTS),
        expected_discharge_at=draw(st.none() | MOMENTS),
        discharge_disposition=draw(st.sampled_from(["", "4", "F"])),
        pmsi_discharge_mode=draw(st.sampled_from(["", "7", "8", "9"])),
        expected_return_at=draw(st.none() | MOMENTS),
        restricted=draw(st.none() | st.booleans()),
        vip=draw(st.none() | st.booleans()),
    )
    destination = draw(st.sampled_from(["", "2", "7"])) if visit.pmsi_discharge_mode else ""
    is_withdrawn = visit.expected_discharge_at is None and draw(st.booleans())
    return Reading(
        trigger=trigger,
        sender=US,
        patient=patient,
        visit=replace(visit, expected_discharge_withdrawn=is_withdrawn, pmsi_destination=destination),
        location=Location(draw(label), draw(texts(signs, most=20)), draw(texts(signs, most=20))),
        pending_location=Location(),
        movement=MovementFacts(
            movement_id="M12",
            movement_domain=APPLICATION,
            effective_at=draw(MOMENTS),
            action=action,
            historic=draw(st.booleans()),
            original_trigger="" if action == Action.INSERT else "A02",
            medical_uf=FunctionalUnit(draw(label), draw(texts(signs))),
            care_uf=FunctionalUnit(draw(label)),
            nature="H",
            shifted=False,
        ),
        prior=Prior(),
        deviations=(),
    )


def read(raw: bytes) -> Reading:
    return pam.read(messages.parse(raw, received_at=AT + timedelta(days=800)))


@given(readings(st.sampled_from(SIGNS)), st.sampled_from(Charset.values))
def test_what_is_written_is_read_as_it_was_meant_and_without_one_deviation(reading: Reading, charset: str) -> None:
    assert read(writers.movement(reading, replace(ENVELOPE, charset=charset))) == reading


@given(readings(UNICODE))
def test_every_letter_of_any_language_passes_in_unicode(reading: Reading) -> None:
    assert read(writers.movement(reading, replace(ENVELOPE, charset=Charset.UNICODE))) == reading


PLAIN = PatientTraits(identifiers=(Identifier(IPP, "CLCC", "7"),), birth_name="N", first_names="P", sex="F")
MOVED = Reading(
    "A02",
    US,
    PLAIN,
    VisitFacts(visit_number="V1", visit_domain="CLCC", patient_class="I"),
    Location("MED", "201", "F"),
    Location(),
    MovementFacts("M1", APPLICATION, AT, Action.INSERT, False, "", FunctionalUnit("MED"), FunctionalUnit(), "H", False),
    Prior(),
    (),
)


def written(**traits: object) -> bytes:
    return writers.movement(replace(MOVED, patient=replace(PLAIN, **traits)), ENVELOPE, left=Location("ONC", "1", "P"))


@pytest.mark.parametrize(
    ("name", "said"), [("NOVÁKOVÁ ŘEHOŘ", "NOVÁKOVÁ REHOR"), ("D\u2019ARC\u2011LÊ", "D'ARC-LÊ"), ("李", "?")]
)
def test_a_letter_that_the_set_has_not_is_written_as_the_nearest(name: str, said: str) -> None:
    assert read(written(birth_name=name)).patient.birth_name == said


@given(readings(st.sampled_from(SIGNS)))
def test_python_hl7_reads_it_too(reading: Reading) -> None:
    parsed = hl7.parse(writers.movement(reading, ENVELOPE).decode("iso-8859-15"))
    assert str(parsed.segment("MSH")[10]) == "ABC123"
    name = parsed.unescape(str(parsed.segment("PID")[5][0][0]))
    assert name == reading.patient.birth_name or "X2222" in str(parsed.segment("PID")[5])


def test_the_header_is_that_of_the_french_profile() -> None:
    first = written().split(b"\r")[0].decode()
    assert first == (
        "MSH|^~\\&|AMH|CLCC|DPI|CLCC|20261121143220+0100||ADT^A02^ADT_A02|ABC123|P|2.5^FRA^2.11|||||FRA|8859/15|||"
        "2.11^IHE_FRANCE-2.11-PAM"
    )


def test_the_place_before_and_the_responsible_units_are_said() -> None:
    lines = {line[:3]: line.split("|") for line in written().decode().split("\r") if line}
    assert (lines["PV1"][3], lines["PV1"][6]) == ("MED^201^F", "ONC^1^P")
    assert lines["ZBE"][7] == "^^^^^^^^^MED"
    assert lines["ZBE"][9] == "H"


@given(readings(st.sampled_from(SIGNS)))
def test_no_field_that_french_law_forbids_is_filled(reading: Reading) -> None:
    message = messages.parse(writers.movement(reading, ENVELOPE), received_at=AT)
    assert not [segment.name for segment in message.segments_in_order if redaction.forbidden(segment)]


@pytest.mark.parametrize("status", sorted(set(sent.BED_STATES.values())))
def test_the_state_of_a_bed_names_nobody(status: str) -> None:
    raw = writers.bed_status(Location("MED", "201", "F"), status, ENVELOPE).decode()
    assert raw.splitlines()[2] == f"NPU|MED^201^F|{status}"
    assert "ADT^A20^ADT_A20" in raw
    assert "PID" not in raw
