"""Two people write on one record: the person themselves, numbers, what is signalled and answered, who is around."""

from functools import partial
from typing import Any

from amh.demo.soak.duels import Act
from amh.demo.soak.rounds import Round, ends, race
from amh.demo.soak.wards import DOMAIN, Ward
from patients.actions import (
    consents,
    contacts,
    flags,
    identifiers,
    patients,
    registrations,
    stays,
)
from patients.models import (
    Consent,
    ConsentAnswer,
    ConsentSubject,
    Contact,
    ContactRole,
    FlagKind,
    IdentifierType,
    Patient,
    PatientIdentifier,
    Source,
    Stay,
)

RECORD = "the lock of the patient"
"""What two acts on one record wait for."""


@race(registrations.register, registrations.register, decided_by="a lock on the date of birth")
def one_person_registered_twice(ward: Ward) -> Round:
    """Two people register somebody alike: one record is made, and the other is asked to look at it."""
    # Names are alike by their first letters.
    traits: dict[str, Any] = {"birth_name": ward.name()[::-1], "first_names": "Anne", "birth_date": "1961-07-01"}
    registering = partial(registrations.register, traits=traits, others=(), by=None, at=ward.now)
    made = Patient.objects.filter(birth_name=traits["birth_name"])
    return Round([registering] * 2, ends(codes=["possible_duplicate"], left=lambda: made.count() == 1))


@race(patients.register, patients.register, decided_by="`identifier_once`")
def one_number_registered_twice(ward: Ward) -> Round:
    """Two records are made with one number: one bears it, the other is not made."""
    traits: dict[str, Any] = {"birth_name": ward.name(), "birth_date": "1961-07-01"}
    number = (IdentifierType.IPP, DOMAIN, ward.name())
    registering = partial(patients.register, traits=traits, identifiers=[number], by=None, at=ward.now)
    made = Patient.objects.filter(birth_name=traits["birth_name"])
    return Round([registering] * 2, ends(codes=["identifier_once"], left=lambda: made.count() == 1))


@race(patients.correct, patients.correct, decided_by=RECORD)
def two_corrections(ward: Ward) -> Round:
    """Two traits are corrected: both are."""
    patient = ward.patient()
    said: list[dict[str, object]] = [{"used_name": "MARTIN"}, {"phone": "+33140000000"}]
    acts: list[Act] = [partial(patients.correct, patient=patient, traits=one, by=None, at=ward.now) for one in said]
    left = Patient.objects.filter(pk=patient.pk, used_name="MARTIN", phone="+33140000000")
    return Round(acts, ends(done=2, left=left.exists))


@race(patients.withdraw, stays.preadmit, decided_by=RECORD)
def withdraw_against_preadmit(ward: Ward) -> Round:
    """A registration is withdrawn or the patient expected: nobody is expected on a record that was withdrawn."""
    patient = ward.patient()
    withdrawing = partial(patients.withdraw, patient=patient, by=None, at=ward.now)
    codes = ["patient_has_stay", "patient_withdrawn"]

    def left() -> bool:
        patient.refresh_from_db()
        return Stay.objects.filter(patient=patient).exists() == (patient.cancelled_at is None)

    return Round([withdrawing, partial(ward.preadmit, patient)], ends(codes=codes, left=left))


@race(identifiers.add, identifiers.add, decided_by="`identifier_once`")
def one_number_two_patients(ward: Ward) -> Round:
    """A number names one of two patients."""
    number: dict[str, Any] = {"type_": IdentifierType.OTHER, "domain": DOMAIN, "value": ward.name()}
    people = [ward.patient(), ward.patient()]
    acts: list[Act] = [partial(identifiers.add, patient=one, by=None, at=ward.now, **number) for one in people]
    borne = PatientIdentifier.objects.filter(value=number["value"], valid_until=None)
    return Round(acts, ends(codes=["identifier_once"], left=lambda: borne.count() == 1))


@race(identifiers.restore, identifiers.add, decided_by="`identifier_once`")
def restored_against_given(ward: Ward) -> Round:
    """A number that was ended comes back, or goes to somebody else: one of the two."""
    number: dict[str, Any] = {"type_": IdentifierType.OTHER, "domain": DOMAIN, "value": ward.name()}
    ended = identifiers.add(patient=ward.patient(), by=None, at=ward.at, **number)
    identifiers.end(identifier=ended, by=None, at=ward.at)
    acts: list[Act] = [
        partial(identifiers.restore, identifier=ended, by=None, at=ward.now),
        partial(identifiers.add, patient=ward.patient(), by=None, at=ward.now, **number),
    ]
    borne = PatientIdentifier.objects.filter(value=number["value"], valid_until=None)
    return Round(acts, ends(codes=["identifier_once"], left=lambda: borne.count() == 1))


@race(identifiers.end, identifiers.end, decided_by=RECORD)
def two_ends_of_a_number(ward: Ward) -> Round:
    """A number is ended once."""
    number = ward.patient().identifiers.get()
    ending = partial(identifiers.end, identifier=number, by=None, at=ward.now)
    standing = PatientIdentifier.objects.filter(pk=number.pk, valid_until=None)
    return Round([ending] * 2, ends(codes=["identifier_over"], left=lambda: not standing.exists()))


@race(flags.raise_, flags.raise_, decided_by=f"{RECORD}; `flag_once`")
def two_flags(ward: Ward) -> Round:
    """One thing is signalled once."""
    patient = ward.patient()
    raising = partial(flags.raise_, patient=patient, kind=FlagKind.PRISONER, by=None, at=ward.now)
    return Round([raising] * 2, ends(codes=["flag_once"], left=lambda: patient.flags.count() == 1))


@race(flags.restore, flags.raise_, decided_by=f"{RECORD}; `flag_once`")
def flag_restored_against_raised(ward: Ward) -> Round:
    """What was lifted is put back or signalled anew: it stands once."""
    patient = ward.patient()
    flag = flags.raise_(patient=patient, kind=FlagKind.PRISONER, by=None, at=ward.at)
    flags.lift(flag=flag, by=None, at=ward.at)
    acts: list[Act] = [
        partial(flags.restore, flag=flag, by=None, at=ward.now),
        partial(flags.raise_, patient=patient, kind=FlagKind.PRISONER, by=None, at=ward.now),
    ]
    return Round(acts, ends(codes=["flag_once"], left=lambda: patient.flags.filter(ends_at=None).count() == 1))


@race(flags.change, flags.lift, decided_by=RECORD)
def flag_changed_against_lifted(ward: Ward) -> Round:
    """A signalement is lifted, whatever else is said of it."""
    flag = flags.raise_(patient=ward.patient(), kind=FlagKind.PRISONER, by=None, at=ward.at)
    changing = partial(flags.change, flag=flag, detail="", to_tell="escorte", by=None, at=ward.now)
    lifting = partial(flags.lift, flag=flag, by=None, at=ward.now)
    still = flag.patient.flags.filter(ends_at=None)
    left = ends(done=(1, 2), codes=["flag_lifted"], left=lambda: not still.exists())
    return Round([changing, lifting], left)


@race(consents.note, consents.note, decided_by=RECORD)
def two_answers_noted(ward: Ward) -> Round:
    """One answer sent twice is noted once."""
    patient = ward.patient()
    said: dict[str, Any] = {
        "subject": ConsentSubject.SMS,
        "answer": ConsentAnswer.YES,
        "source": Source.SAID,
        "given_at": ward.at,
    }
    noting = partial(consents.note, patient=patient, by=None, at=ward.now, **said)
    return Round([noting] * 2, ends(done=2, left=lambda: Consent.objects.filter(patient=patient).count() == 1))


@race(contacts.add, contacts.add, decided_by=RECORD)
def two_trusted_people(ward: Ward) -> Round:
    """A stay has one trusted person; who names the second is told so."""
    stay = ward.expected()
    acts: list[Act] = [
        partial(contacts.add, patient=stay.patient, values=_trusted(ward, stay), by=None, at=ward.now)
    ] * 2
    known = Contact.objects.filter(stay=stay, withdrawn_at=None)
    return Round(acts, ends(codes=["trusted_known"], left=lambda: known.count() == 1))


@race(contacts.restore, contacts.add, decided_by=RECORD)
def trusted_restored_against_added(ward: Ward) -> Round:
    """A trusted person comes back or another is named: one of the two."""
    stay = ward.expected()
    gone = contacts.add(patient=stay.patient, values=_trusted(ward, stay), by=None, at=ward.at)
    contacts.withdraw(contact=gone, by=None, at=ward.at)
    acts: list[Act] = [
        partial(contacts.restore, contact=gone, by=None, at=ward.now),
        partial(contacts.add, patient=stay.patient, values=_trusted(ward, stay), by=None, at=ward.now),
    ]
    known = Contact.objects.filter(stay=stay, withdrawn_at=None)
    return Round(acts, ends(codes=["trusted_known"], left=lambda: known.count() == 1))


@race(contacts.change, contacts.withdraw, decided_by=RECORD)
def contact_changed_against_withdrawn(ward: Ward) -> Round:
    """A contact is off the record, whatever else is said of them."""
    stay = ward.expected()
    contact = contacts.add(patient=stay.patient, values=_trusted(ward, stay), by=None, at=ward.at)
    acts: list[Act] = [
        partial(contacts.change, contact=contact, values={"relationship": "fille"}, by=None, at=ward.now),
        partial(contacts.withdraw, contact=contact, by=None, at=ward.now),
    ]
    known = Contact.objects.filter(pk=contact.pk, withdrawn_at=None)
    return Round(acts, ends(done=(1, 2), codes=["contact_withdrawn"], left=lambda: not known.exists()))


def _trusted(ward: Ward, stay: Stay) -> dict[str, Any]:
    return {"role": ContactRole.TRUSTED, "stay": stay, "name": ward.name()}
