"""Two people keep the list of correspondents, or say who follows one patient."""

from functools import partial
from typing import Any

from amh.demo.soak.duels import Act
from amh.demo.soak.rounds import Round, ends, race
from amh.demo.soak.wards import Ward
from patients.actions import addresses, correspondents, organisations, practitioners
from patients.models import (
    Address,
    AddressKind,
    Correspondent,
    CorrespondentRole,
    Organisation,
    OrganisationKind,
    Practitioner,
)

RECORD, ENTRY = "the lock of the patient", "the lock of the entry"


@race(correspondents.add, correspondents.add, decided_by=f"{RECORD}; `correspondent_one_gp`")
def two_general_practitioners(ward: Ward) -> Round:
    """A patient has one general practitioner."""
    patient, pair = ward.patient(), [_doctor(ward), _doctor(ward)]
    acts: list[Act] = [
        partial(correspondents.add, patient=patient, role=CorrespondentRole.GP, practitioner=one, by=None, at=ward.now)
        for one in pair
    ]
    known = Correspondent.objects.filter(patient=patient, withdrawn_at=None)
    return Round(acts, ends(codes=["gp_known"], left=lambda: known.count() == 1))


@race(correspondents.replace, correspondents.replace, decided_by=f"{RECORD}; `correspondent_one_gp`")
def two_replacements(ward: Ward) -> Round:
    """A general practitioner is replaced once; who was second is told that there is another one."""
    patient = ward.patient()
    known = correspondents.add(
        patient=patient, role=CorrespondentRole.GP, practitioner=_doctor(ward), by=None, at=ward.at
    )
    acts: list[Act] = [
        partial(correspondents.replace, correspondent=known, practitioner=_doctor(ward), by=None, at=ward.now)
        for _ in range(2)
    ]
    standing = Correspondent.objects.filter(patient=patient, withdrawn_at=None)
    return Round(acts, ends(codes=["correspondent_withdrawn"], left=lambda: standing.count() == 1))


@race(correspondents.restore, correspondents.add, decided_by=f"{RECORD}; `correspondent_one_gp`")
def restored_against_added(ward: Ward) -> Round:
    """A general practitioner comes back or another is noted: one of the two."""
    patient = ward.patient()
    said: dict[str, Any] = {"patient": patient, "role": CorrespondentRole.GP, "by": None}
    known = correspondents.add(practitioner=_doctor(ward), at=ward.at, **said)
    correspondents.withdraw(correspondent=known, by=None, at=ward.at)
    acts: list[Act] = [
        partial(correspondents.restore, correspondent=known, by=None, at=ward.now),
        partial(correspondents.add, practitioner=_doctor(ward), at=ward.now, **said),
    ]
    standing = Correspondent.objects.filter(patient=patient, withdrawn_at=None)
    return Round(acts, ends(codes=["gp_known"], left=lambda: standing.count() == 1))


@race(addresses.add, addresses.add, decided_by=ENTRY)
def one_address_twice(ward: Ward) -> Round:
    """An address is noted once."""
    doctor = _doctor(ward)
    adding = partial(addresses.add, of=doctor, kind=AddressKind.POST, value="1 rue Haute", by=None, at=ward.now)
    return Round([adding] * 2, ends(codes=["address_known"], left=lambda: doctor.addresses.count() == 1))


@race(addresses.verify, addresses.withdraw, decided_by=ENTRY)
def verified_against_withdrawn(ward: Ward) -> Round:
    """An address is used no more, whoever made sure of it meanwhile."""
    address = addresses.add(of=_doctor(ward), kind=AddressKind.POST, value="1 rue Haute", by=None, at=ward.at)
    acts: list[Act] = [
        partial(addresses.verify, address=address, by=ward.administrator(), at=ward.now),
        partial(addresses.withdraw, address=address, by=None, at=ward.now),
    ]
    used = Address.objects.filter(pk=address.pk, withdrawn_at=None)
    return Round(acts, ends(done=(1, 2), codes=["address_withdrawn"], left=lambda: not used.exists()))


@race(practitioners.create, practitioners.create, decided_by="`practitioner_rpps`, `practitioner_without_rpps`")
def one_practitioner_twice(ward: Ward) -> Round:
    """A professional is entered once."""
    name = ward.name()
    making = partial(practitioners.create, values={"family_name": name, "given_name": ""}, by=None, at=ward.now)
    known = Practitioner.objects.filter(family_name=name)
    codes = ["practitioner_known", "practitioner_without_rpps"]
    return Round([making] * 2, ends(codes=codes, left=lambda: known.count() == 1))


@race(practitioners.change, practitioners.close, decided_by=ENTRY)
def changed_against_closed(ward: Ward) -> Round:
    """A professional is described otherwise and no longer active: both hold."""
    doctor = _doctor(ward)
    acts: list[Act] = [
        partial(practitioners.change, practitioner=doctor, values={"specialty": "ORL"}, by=None, at=ward.now),
        partial(practitioners.close, practitioner=doctor, by=None, at=ward.now),
    ]
    known = Practitioner.objects.filter(pk=doctor.pk, specialty="ORL", is_active=False)
    return Round(acts, ends(done=2, left=known.exists))


@race(organisations.create, organisations.create, decided_by="`organisation_finess`")
def one_organisation_twice(ward: Ward) -> Round:
    """A structure is entered once."""
    values: dict[str, Any] = {
        "name": ward.name(),
        "kind": OrganisationKind.OTHER,
        "finess": ward.name().rjust(9, "0")[-9:],
    }
    making = partial(organisations.create, values=values, by=None, at=ward.now)
    known = Organisation.objects.filter(finess=values["finess"])
    codes = ["organisation_known", "organisation_finess"]
    return Round([making] * 2, ends(codes=codes, left=lambda: known.count() == 1))


def _doctor(ward: Ward) -> Practitioner:
    return practitioners.create(values={"family_name": ward.name(), "given_name": ""}, by=None, at=ward.at)
