"""What stands on a record before a test begins, brought there by the real actions."""

from itertools import count
from typing import Any

from patients.actions import addresses, contacts, correspondents, flags, organisations, practitioners
from patients.models import (
    Address,
    AddressKind,
    Contact,
    ContactRole,
    Correspondent,
    CorrespondentRole,
    Flag,
    FlagKind,
    Organisation,
    OrganisationKind,
    Patient,
    Practitioner,
)
from tests.factories.clocks import NOW

numbers = count(1)


def a_contact(patient: Patient, role: ContactRole = ContactRole.EMERGENCY, **values: Any) -> Contact:
    """Somebody around ``patient``, named after nobody else."""
    known = {"role": role, "name": f"PROCHE{next(numbers)} Luc"} | values
    return contacts.add(patient=patient, values=known, by=None, at=NOW)


def a_practitioner(name: str = "", **values: Any) -> Practitioner:
    """A professional of the list of correspondents."""
    known = {"family_name": name or f"MEDECIN{next(numbers)}", "given_name": "Luc"} | values
    return practitioners.create(values=known, by=None, at=NOW)


def an_organisation(name: str = "", **values: Any) -> Organisation:
    """A structure of the list of correspondents."""
    known = {"name": name or f"Structure {next(numbers)}", "kind": OrganisationKind.PRACTICE} | values
    return organisations.create(values=known, by=None, at=NOW)


def an_address(of: Practitioner | Organisation, value: str = "04 78 00 00 00", **kind: AddressKind) -> Address:
    """A telephone of a correspondent, unless another ``kind`` is asked for."""
    return addresses.add(of=of, value=value, by=None, at=NOW, **{"kind": AddressKind.PHONE} | kind)


def a_gp(patient: Patient, practitioner: Practitioner | None = None) -> Correspondent:
    """The general practitioner of ``patient``."""
    who = practitioner or a_practitioner()
    return correspondents.add(patient=patient, role=CorrespondentRole.GP, practitioner=who, by=None, at=NOW)


def a_flag(patient: Patient, kind: FlagKind = FlagKind.CONTACT_PRECAUTIONS, **values: Any) -> Flag:
    """Something signalled about ``patient``."""
    return flags.raise_(patient=patient, kind=kind, by=None, at=NOW, **values)
