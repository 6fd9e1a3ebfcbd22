"""What ``pam.read`` reads, written: one ADT message to the French profile (IHE PAM 2.11), or the state of a bed.

What is written here and read by ``pam.read`` is the same ``Reading``, without one deviation.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from amh.interop.hl7 import charsets, sent
from amh.interop.hl7.messages import Sender
from amh.interop.hl7.readings import (
    INS,
    IPP,
    FunctionalUnit,
    Identifier,
    Location,
    MovementFacts,
    PatientTraits,
    PractitionerName,
    Reading,
    VisitFacts,
)
from amh.interop.hl7.separators import NULL, Separators, escaped

VERSION, PROFILE, COUNTRY = "2.5^FRA^2.11", "2.11^IHE_FRANCE-2.11-PAM", "FRA"
QUOTES = "\\X2222\\"
"""Two quotation marks that are a text, and no wish to delete."""

AUTHORITIES = {
    "1.2.250.1.213.1.4.8": "ASIP-SANTE-INS-NIR",
    "1.2.250.1.213.1.4.9": "ASIP-SANTE-INS-NIA",
    "1.2.250.1.213.1.4.10": "ASIP-SANTE-INS-NIR-TEST",
    "1.2.250.1.213.1.4.11": "ASIP-SANTE-INS-NIR-DEMO",
}
PROFESSIONALS = "ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO"
PLAIN = str.maketrans("\u2018\u2019\u2010\u2011\u2013\u2014\u201c\u201d", "''----\"\"")
"""Signs of printers that 8859/15 has not."""
_OID = re.compile(r"\d+(\.\d+)+")
_SIGNS = Separators()


class Charset(TextChoices):
    """MSH-18 (HL7 table 0211): the two that the profile allows."""

    LATIN = "8859/15", _("8859/15 (celui du profil français)")
    UNICODE = "UNICODE UTF-8", "UNICODE UTF-8"


@dataclass(frozen=True)
class Envelope:
    """From whom, to whom, under which number (MSH-10), when it was said, in which characters."""

    sender: Sender
    receiver: Sender
    control_id: str
    said_at: datetime
    processing_id: str = "P"
    charset: str = Charset.LATIN


def movement(reading: Reading, envelope: Envelope, *, left: Location | None = None, nature: str = "") -> bytes:
    """One movement as bytes; ``left`` is the place before (PV1-6)."""
    facts, visit = reading.movement, reading.visit or VisitFacts()
    segments = [
        _header(reading.trigger, envelope),
        _event(reading, visit, envelope),
        _patient(reading.patient or PatientTraits(), visit),
        *(["PD1" + "|" * 12 + "Y"] if reading.patient and reading.patient.protected else []),
        _stay(reading, visit, left or Location()),
        _more(visit),
        _ledger(facts, nature or facts.nature),
        *([_exit(visit)] if visit.pmsi_discharge_mode else []),
    ]
    return _encoded(segments, envelope.charset)


def _exit(visit: VisitFacts) -> str:
    return _segment("ZFM", {2: visit.pmsi_discharge_mode, 4: visit.pmsi_destination})


def bed_status(place: Location, status: str, envelope: Envelope) -> bytes:
    """The state of one bed as bytes (``A20``)."""
    event = _segment("EVN", {2: _time(envelope.said_at), 6: _time(envelope.said_at)})
    bed = _segment("NPU", {1: _location(place), 2: status})
    return _encoded([_header(sent.BED_STATUS, envelope), event, bed], envelope.charset)


def _header(trigger: str, envelope: Envelope) -> str:
    said = [_time(envelope.said_at), "", f"ADT^{trigger}^{sent.STRUCTURES[trigger]}", _text(envelope.control_id)]
    names = [envelope.sender, envelope.receiver]
    ends = [_text(text) for one in names for text in (one.application, one.facility)]
    rest = [envelope.processing_id, VERSION, "", "", "", "", COUNTRY, envelope.charset, "", "", PROFILE]
    return "|".join(["MSH", _SIGNS.encoding, *ends, *said, *rest])


def _event(reading: Reading, visit: VisitFacts, envelope: Envelope) -> str:
    planned = {"A16": visit.expected_discharge_at, "A05": visit.expected_admission_at}.get(reading.trigger)
    occurred = reading.movement.effective_at
    return _segment("EVN", {2: _time(envelope.said_at), 3: _time(planned), 6: _time(occurred)})


def _patient(patient: PatientTraits, visit: VisitFacts) -> str:
    return _segment(
        "PID",
        {
            1: "1",
            3: "~".join(_identifier(one) for one in patient.identifiers),
            5: "~".join(_names(patient)),
            7: patient.birth_date.replace("-", ""),
            8: patient.sex,
            11: f"^^^^^^BDL^^{_text(patient.birth_place)}" if patient.birth_place else "",
            18: _number(visit.account_number, visit.account_domain, "AN"),
            29: _time(patient.deceased_at),
            30: "Y" if patient.deceased else "",
            32: "~".join(_trust(patient)),
        },
    )


def _identifier(one: Identifier) -> str:
    if one.type == INS:
        return f"{_text(one.value)}^^^{AUTHORITIES.get(one.domain, '')}&{_text(one.domain)}&ISO^INS"
    return _number(one.value, one.domain, "PI" if one.type == IPP else one.type)


def _names(patient: PatientTraits) -> Iterable[str]:
    given = re.split(r"[ ,]+", patient.first_names.strip())
    yield f"{_text(patient.birth_name)}^{_text(given[0])}^{_text(' '.join(given))}^^^^L"
    if patient.used_name or patient.used_first_name:
        yield f"{_text(patient.used_name)}^{_text(patient.used_first_name)}^^^^^D"


def _trust(patient: PatientTraits) -> Iterable[str]:
    yield "VALI" if patient.identity_checked else "PROV"
    flags = {"HOMA": patient.homonym, "DOUT": patient.doubtful, "FICT": patient.fictive}
    yield from (code for code, is_so in flags.items() if is_so)


def _stay(reading: Reading, visit: VisitFacts, left: Location) -> str:
    at = _time(reading.movement.effective_at)
    return _segment(
        "PV1",
        {
            1: "1",
            2: visit.patient_class,
            3: _location(reading.location),
            6: _location(left),
            7: _practitioner(visit.responsible) if visit.responsible else "",
            16: _flag(visit.vip),
            19: _number(visit.visit_number, visit.visit_domain, "VN"),
            21: visit.treatment_mode,
            36: visit.discharge_disposition,
            44: at if reading.trigger == "A01" else "",
            45: at if reading.trigger == "A03" else "",
        },
    )


def _more(visit: VisitFacts) -> str:
    planned = {8: visit.expected_admission_at, 9: visit.expected_discharge_at, 47: visit.expected_return_at}
    values = {number: _time(at) for number, at in planned.items()} | {22: _flag(visit.restricted)}
    return _segment("PV2", values | ({9: NULL} if visit.expected_discharge_withdrawn else {}))


def _ledger(facts: MovementFacts, nature: str) -> str:
    return _segment(
        "ZBE",
        {
            1: f"{_text(facts.movement_id)}^{_text(facts.movement_domain)}",
            2: _time(facts.effective_at),
            4: facts.action,
            5: "Y" if facts.historic else "N",
            6: facts.original_trigger,
            7: _unit(facts.medical_uf),
            8: _unit(facts.care_uf),
            9: nature,
        },
    )


def _location(place: Location) -> str:
    return "^".join(_text(part) for part in (place.uf, place.room, place.bed)).rstrip("^")


def _unit(uf: FunctionalUnit) -> str:
    return f"{_text(uf.label)}{'^' * 9}{_text(uf.code)}" if uf.code else ""


def _number(value: str, domain: str, kind: str) -> str:
    """An identifier (CX) with its authority: a name, or an OID."""
    authority = f"&{domain}&ISO" if _OID.fullmatch(domain) else _text(domain)
    return f"{_text(value)}^^^{authority}^{kind}" if value else ""


def _practitioner(one: PractitionerName) -> str:
    names = f"{_text(one.identifier)}^{_text(one.family)}^{_text(one.given)}"
    return f"{names}{'^' * 6}{PROFESSIONALS}^L^^^{one.identifier_type}" if one.identifier_type else names


def _flag(said: bool | None) -> str:
    return "" if said is None else "Y" if said else "N"


def _time(at: datetime | None) -> str:
    return f"{localtime(at):%Y%m%d%H%M%S%z}" if at else ""


def _text(text: str) -> str:
    return QUOTES if text == NULL else escaped(text, _SIGNS)


def _segment(name: str, values: dict[int, str]) -> str:
    fields = [values.get(number, "") for number in range(1, max(values) + 1)]
    return "|".join([name, *fields]).rstrip("|")


def _encoded(segments: Iterable[str], charset: str) -> bytes:
    codec = charsets.codec(charset) or "utf-8"
    text = "\r".join(segments) + "\r"
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return "".join(_nearest(char, codec) for char in text).encode(codec, errors="replace")


def _nearest(char: str, codec: str) -> str:
    """The character, or the plain sign or the letter below its accents where the set has none such."""
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return char.translate(PLAIN) if ord(char) in PLAIN else unicodedata.normalize("NFKD", char)[0]
    return char
