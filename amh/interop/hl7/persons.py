"""What a message says of a person, in the words of the acts: a reading → numbers, traits, people around, answers."""

from datetime import datetime

from django.conf import settings

from amh.core import phones
from amh.core.errors import Invalid
from amh.interop.hl7.readings import INS, PatientTraits, Reading, RoleFacts
from patients.actions import practitioners
from patients.models import (
    ConsentAnswer,
    ConsentSubject,
    ContactRole,
    CorrespondentRole,
    HealthRecord,
    IdentifierType,
)
from patients.rules.contacts import check_email
from patients.tellings import Answered, Follower, Identifiers, Near, Person

INS_TEST_DOMAINS = frozenset({"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"})
"""OIDs of test and demonstration numbers, never kept in production (ID-4)."""

ANSWERS = {
    ("ZFD-3", "Y"): (ConsentSubject.SMS, ConsentAnswer.YES),
    ("ZFD-3", "N"): (ConsentSubject.SMS, ConsentAnswer.NO),
    ("ZFA-9", "INO"): (ConsentSubject.RECORD_FEEDING, ConsentAnswer.INFORMED),
    ("ZFA-9", "IO"): (ConsentSubject.RECORD_FEEDING, ConsentAnswer.OPPOSED),
    ("ZFA-11", "IC"): (ConsentSubject.RECORD_READING, ConsentAnswer.INFORMED),
    ("ZFA-11", "INC"): (ConsentSubject.RECORD_READING, ConsentAnswer.OPPOSED),
}
"""What each code answers to (SMS-1, MS-4)."""


def domain(reading: Reading, said: str) -> str:
    """Numbers mean nothing outside their domain: the sender is one, when none is named."""
    return said or str(reading.sender)


def prior(reading: Reading) -> Identifiers:
    """The numbers of whoever was before: their own, as the sender knew it."""
    local = reading.prior.local
    return ((IdentifierType.IPP.value, domain(reading, local.domain), local.value),) if local else ()


def person(reading: Reading, *, at: datetime) -> Person:
    """Who, with those around them and their answers; an answer without a date was given when the message says."""
    patient = reading.patient or PatientTraits()
    identifiers = []
    if patient.local:
        identifiers.append((IdentifierType.IPP.value, domain(reading, patient.local.domain), patient.local.value))
    ins = [one for one in patient.identifiers if one.type == INS and _may_keep_ins(one.domain)]
    identifiers += [(IdentifierType.INS.value, one.domain, one.value) for one in ins]
    told, said_at = reading.relations, reading.movement.effective_at or at
    return Person(
        tuple(identifiers),
        _traits(patient, has_ins=bool(ins)),
        contacts=tuple(
            Near(ContactRole(one.role or ContactRole.KIN), one.name, one.relationship, one.phone, one.other_phone)
            for one in told.contacts
        ),
        correspondents=tuple(filter(None, map(_follower, told.roles))),
        answers=tuple(Answered(*ANSWERS[one.place, one.code], one.given_at or said_at) for one in told.answers),
    )


def _follower(told: RoleFacts) -> Follower | None:
    named = practitioners.reference(told.person.rpps, told.person.family, told.person.given)
    return Follower(CorrespondentRole(told.role), named, told.withdrawn) if named else None


def _may_keep_ins(domain: str) -> bool:
    return settings.LOOPBACK_ONLY or domain not in INS_TEST_DOMAINS


TEXTS = ("birth_name", "first_names", "used_name", "used_first_name", "birth_date", "birth_place", "sex")


def _traits(patient: PatientTraits, *, has_ins: bool) -> dict[str, object]:
    traits: dict[str, object] = {name: value for name in TEXTS if (value := getattr(patient, name))}
    traits |= {name: "" for name in TEXTS if name in patient.deleted and name not in ("birth_name", "sex")}
    if patient.reliability_said:
        flags = ("identity_checked", "homonym", "doubtful", "fictive")
        traits |= {name: getattr(patient, name) for name in flags} | {"ins_retrieved": has_ins}
    if patient.protected:
        traits["protected"] = True
    if patient.deceased_at:
        traits["deceased_at"] = patient.deceased_at
    if patient.health_record in HealthRecord.values:
        traits["health_record"] = patient.health_record
    return traits | {name: value for name, value in _coordinates(patient).items() if value}


def _coordinates(patient: PatientTraits) -> dict[str, object]:
    """How to reach the person; a number that is none is kept as it came, an address that is none is left out."""
    return {
        "phone": _dialled(patient.phone),
        "mobile": _dialled(patient.mobile),
        "email": _mailed(patient.email),
        "address": patient.address[:300],
    }


def _dialled(said: str) -> str:
    try:
        return phones.stored(said)
    except Invalid:
        return said[:30]


def _mailed(said: str) -> str:
    try:
        check_email(said)
    except Invalid:
        return ""
    return said
