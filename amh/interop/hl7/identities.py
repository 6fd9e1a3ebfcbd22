"""Who the patient is: PID and PD1 → traits (ID-1 to ID-7, ID-12)."""

import re
from dataclasses import dataclass
from datetime import datetime

from amh.interop.hl7 import fields, timestamps
from amh.interop.hl7.deviations import Code, Deviations
from amh.interop.hl7.messages import Element, Message, Segment
from amh.interop.hl7.readings import INS, IPP, Identifier, PatientTraits, Prior

INS_OIDS = {f"1.2.250.1.213.1.4.{last}" for last in (8, 9, 10, 11)}
_INS = re.compile(r"(\d{5})(\d\d|2[AB])(\d{6})(\d{2})", re.ASCII)
_INSEE = re.compile(r"\d[0-9AB]\d{3}", re.ASCII)
_SEXES = {"M": "M", "F": "F", "U": "U", "O": "U", "A": "U", "N": "U"}
_BIRTH_KINDS = ("L", "B", "M", "", "D", "S")
_USED_KINDS = ("D",)


@dataclass(frozen=True)
class _Name:
    """One repetition of PID-5."""

    kind: str
    family: str
    given: str
    all_given: str


@dataclass(frozen=True)
class _Trust:
    """What PID-32 says of the identity (table 0445)."""

    checked: bool
    homonym: bool
    doubtful: bool
    fictive: bool


def read(message: Message, deviations: Deviations) -> PatientTraits | None:
    """Read the first patient of the message; ``None`` when it names none."""
    if not message.has("PID"):
        deviations.note(Code.PATIENT_MISSING, "PID")
        return None
    if len(message.segments("PID")) > 1:
        deviations.note(Code.PATIENT_REPEATED, "PID")
    segment = message.segment("PID")
    names = [_name(element) for element in segment.repetitions(5)]
    born, used = _birth_name(names, deviations), _first_of(names, _USED_KINDS)
    trust = _trust(segment, deviations)
    found = _identifiers(segment, deviations)
    identifiers = tuple(identifier for identifier in found if _may_keep(identifier, trust, deviations))
    deceased_at = fields.moment(message, "PID", 29, deviations)
    return PatientTraits(
        identifiers=identifiers,
        birth_name=born.family,
        first_names=born.all_given,
        used_name=used.family,
        used_first_name=used.given,
        birth_date=_birth_date(segment, deviations),
        sex=_sex(segment, deviations),
        birth_place=_birth_place(segment),
        ins_retrieved=any(identifier.type == INS for identifier in identifiers),
        identity_checked=trust.checked,
        reliability_said=bool(segment.repetitions(32)),
        homonym=trust.homonym,
        doubtful=trust.doubtful,
        fictive=trust.fictive,
        **_coordinates(segment),
        health_record=message.segment("ZFA").value(1).upper(),
        deceased=_is_deceased(segment, deceased_at),
        deceased_at=deceased_at,
        protected=_protected(message, names),
        deleted=_deleted(segment),
    )


def prior(message: Message) -> Prior:
    """Read whom, or which account, a merge or a change of number is about: MRG-1, MRG-3 and MRG-5."""
    segment = message.segment("MRG")
    found = [_identifier(element) for element in segment.repetitions(1) if element.component(1)]
    return Prior(_with_ipp(found, Deviations()), segment.value(3), segment.value(5))


def _identifiers(segment: Segment, deviations: Deviations) -> tuple[Identifier, ...]:
    elements = segment.repetitions(3)
    if not elements:
        elements = segment.repetitions(2) or segment.repetitions(4)
        deviations.note(Code.IDENTIFIER_ELSEWHERE if elements else Code.IDENTIFIER_MISSING, "PID-3")
    found = [_identifier(element) for element in elements if element.component(1)]
    return _with_ipp(found, deviations)


def _identifier(element: Element) -> Identifier:
    kind, namespace, oid = element.component(5).upper(), element.component(4), element.component(4, 2)
    if kind in ("INS", "INS-NIR", "INS-NIA") or oid in INS_OIDS or namespace in INS_OIDS:
        return Identifier(INS, oid or namespace, element.component(1).replace(" ", "").upper())
    return Identifier(IPP if kind == "PI" else kind, namespace or oid, element.component(1))


def _with_ipp(found: list[Identifier], deviations: Deviations) -> tuple[Identifier, ...]:
    untyped = next((place for place, identifier in enumerate(found) if not identifier.type), None)
    if untyped is not None and not any(identifier.type == IPP for identifier in found):
        deviations.note(Code.IDENTIFIER_UNTYPED, "PID-3")
        found[untyped] = Identifier(IPP, found[untyped].domain, found[untyped].value)
    return tuple(dict.fromkeys(found))


def _may_keep(identifier: Identifier, trust: _Trust, deviations: Deviations) -> bool:
    """Leave an INS out unless the identity is validated and the number is one (ID-3, ID-6, ID-7)."""
    if identifier.type != INS:
        return True
    if not trust.checked:
        deviations.note(Code.INS_NOT_VALIDATED, "PID-32")
    elif identifier.domain not in INS_OIDS:
        deviations.note(Code.INS_DOMAIN, "PID-3")
    elif not _has_key(identifier.value):
        deviations.note(Code.INS_KEY, "PID-3")
    else:
        return True
    return False


def _has_key(value: str) -> bool:
    """Check the two digits of the key: 97 minus the number modulo 97, Corsica 2A as 19 and 2B as 18 (ID-6)."""
    found = _INS.fullmatch(value)
    if not found:
        return False
    start, department, end, key = found.groups()
    number = int(start + {"2A": "19", "2B": "18"}.get(department, department) + end)
    return int(key) == 97 - number % 97


def _trust(segment: Segment, deviations: Deviations) -> _Trust:
    codes = {element.component(1).upper() for element in segment.repetitions(32)}
    unsure = bool(codes & {"DOUT", "FICT"})
    if unsure and "VALI" in codes:
        deviations.note(Code.IDENTITY_CONTRADICTION, "PID-32")
    return _Trust(
        checked="VALI" in codes and not unsure,
        homonym=bool(codes & {"HOMA", "HOMD", "HOMO"}),
        doubtful="DOUT" in codes,
        fictive="FICT" in codes,
    )


def _name(element: Element) -> _Name:
    first, others = element.component(2), element.component(3)
    # The French profile repeats the first given name at the head of the list of them all; others give the rest only.
    listed = others if others.casefold().split()[:1] == first.casefold().split()[:1] else f"{first} {others}".strip()
    return _Name(element.component(7).upper(), element.component(1), first, listed)


def _birth_name(names: list[_Name], deviations: Deviations) -> _Name:
    born = _first_of(names, _BIRTH_KINDS)
    if not born.family or born.kind in ("D", "S"):
        deviations.note(Code.BIRTH_NAME_MISSING, "PID-5")
    if not born.family:
        return next((name for name in names if name.family), born)
    return born


def _first_of(names: list[_Name], kinds: tuple[str, ...]) -> _Name:
    found = (name for kind in kinds for name in names if name.kind == kind and (name.family or name.given))
    return next(found, _Name("", "", "", ""))


def _birth_date(segment: Segment, deviations: Deviations) -> str:
    text = segment.value(7)
    date = timestamps.birth_date(text)
    if date is None:
        deviations.note(Code.BIRTH_DATE, "PID-7")
    return date or ""


def _sex(segment: Segment, deviations: Deviations) -> str:
    text = segment.value(8).upper()
    if text and text not in ("M", "F", "U"):
        deviations.note(Code.SEX, "PID-8")
    return _SEXES.get(text, "")


def _birth_place(segment: Segment) -> str:
    codes = [address.component(9).upper() for address in segment.repetitions(11) if address.component(7) == "BDL"]
    return next((code for code in codes if _INSEE.fullmatch(code)), "")


def _coordinates(segment: Segment) -> dict[str, str]:
    """How to reach the person: PID-13, and the first address of PID-11 that is no place of birth."""
    ways = segment.repetitions(13)
    numbers = [(element.component(3).upper() == "CP", fields.telephone(element)) for element in ways]
    emails = (element.component(4) for element in ways if element.component(3).upper() == "INTERNET")
    return {
        "phone": next((number for is_mobile, number in numbers if number and not is_mobile), ""),
        "mobile": next((number for is_mobile, number in numbers if number and is_mobile), ""),
        "email": next(filter(None, emails), ""),
        "address": next(filter(None, map(_address, segment.repetitions(11))), ""),
    }


def _address(element: Element) -> str:
    if element.component(7).upper() == "BDL":
        return ""
    town = " ".join(filter(None, [element.component(5), element.component(3)]))
    return ", ".join(filter(None, [element.component(1), element.component(2), town]))


def _is_deceased(segment: Segment, deceased_at: datetime | None) -> bool:
    said = segment.value(30).upper()
    return said == "Y" or (said != "N" and deceased_at is not None)


def _protected(message: Message, names: list[_Name]) -> bool:
    """Tell whether the sender asks to hide the person: PD1-12, or a pseudonym (SEC-8)."""
    return message.segment("PD1").value(12).upper() == "Y" or any(name.kind == "S" for name in names)


def _deleted(segment: Segment) -> frozenset[str]:
    whole = {"identifiers": 3, "names": 5, "birth_date": 7, "sex": 8, "deceased_at": 29, "deceased": 30}
    gone = {name for name, number in whole.items() if segment.is_null(number)}
    used = [element for element in segment.repetitions(5) if element.component(7).upper() in _USED_KINDS]
    gone |= {"used_name" for element in used if element.is_null(1)}
    gone |= {"used_first_name" for element in used if element.is_null(2)}
    return frozenset(gone)
