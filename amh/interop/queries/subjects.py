"""Whom a message names, as far as they are known here."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from amh.interop.hl7.messages import Message
from amh.interop.hl7.readings import INS, Identifier, Reading
from patients.models import IdentifierType, Patient, PatientIdentifier
from patients.queries import accesses


@dataclass(frozen=True)
class People:
    """``known`` are those who have a record here, whoever the message is about first.

    ``has_unknown`` when somebody else is meant, of whom nothing is known; ``has_withdrawn`` when the record of somebody
    was withdrawn; ``are_several`` when the message is about more than one patient, against the profile.
    """

    known: tuple[Patient, ...] = ()
    has_unknown: bool = True
    has_withdrawn: bool = False
    are_several: bool = False


def named(message: Message, reading: Reading) -> People:
    """Whom the identifiers of a message name: the patient and, in a merge, the one before. Past numbers name too."""
    local = [_local(reading, one) for one in (reading.patient and reading.patient.local, reading.prior.local) if one]
    wanted = [*local, *_nationals(reading)]
    found = PatientIdentifier.objects.filter(_any_of(wanted)).order_by("pk") if wanted else ()
    bearers = {(row.type, row.domain, row.value): row.patient_id for row in found}
    ids = dict.fromkeys(bearers[number] for number in wanted if number in bearers)
    records = [accesses.record(pk) for pk in ids]
    return People(
        tuple(dict.fromkeys(filter(None, records))),
        has_unknown=not (reading.patient and reading.patient.local) or not set(local) <= set(bearers),
        has_withdrawn=None in records,
        are_several=len(message.segments("PID")) > 1,
    )


Number = tuple[str, str, str]


def _local(reading: Reading, identifier: Identifier) -> Number:
    return IdentifierType.IPP.value, identifier.domain or str(reading.sender), identifier.value


def _nationals(reading: Reading) -> Iterator[Number]:
    patient = reading.patient.identifiers if reading.patient else ()
    for one in (*patient, *reading.prior.identifiers):
        if one.type == INS:
            yield IdentifierType.INS.value, one.domain, one.value


def _any_of(numbers: list[Number]) -> Q:
    asked = Q()
    for type_, domain, value in numbers:
        asked |= Q(type=type_, domain=domain, value=value)
    return asked
