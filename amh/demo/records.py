"""What the wards have noted around their patients: people to call, answers, and what must be known before acting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amh.core.models import User
from amh.demo.inpatients import WARDS
from amh.demo.ledgers import Visit
from amh.demo.people import telephone
from amh.demo.scenes import FILLED, Scene
from patients.actions import consents, contacts, flags
from patients.models import ConsentAnswer, ConsentSubject, ContactRole, FlagKind, Patient, Sex, Source

A, C, S = ConsentAnswer, ContactRole, ConsentSubject
K = FlagKind

KIN = (
    ("Camille", ("fille", "fille")),
    ("Dominique", ("époux", "épouse")),
    ("Claude", ("frère", "sœur")),
    ("Alex", ("fils", "fils")),
    ("Sacha", ("neveu", "nièce")),
)
"""First names of relatives, and what they are to a woman and to a man."""
ANSWERS = (
    {S.SMS: A.YES, S.LETTER_TO_GP: A.INFORMED},
    {S.SMS: A.NO, S.ADVANCE_DIRECTIVES: A.UNWILLING},
    {S.LETTER_TO_GP: A.OPPOSED, S.RECORD_FEEDING: A.INFORMED},
)
TRUST = (A.YES, A.YES, A.NO, A.YES, A.UNWILLING)
"""What one patient after another says of a trusted person: named, refused, unwilling to talk about it."""


@dataclass(frozen=True)
class Signal:
    """Something to be known of one patient of a ward, the ``rank``-th of those who lie there."""

    code: str
    rank: int
    kind: FlagKind
    detail: str = ""
    to_tell: str = ""


SIGNALS = (
    Signal("MED", 0, K.REDUCED_MOBILITY, detail="Fauteuil roulant, une aide pour les transferts"),
    Signal("MED", 0, K.CONTACT_PRECAUTIONS),
    Signal("MED", 1, K.INTERPRETER, detail="Arabe", to_tell="Interprétariat de l’hôpital, 03 53 01 05 00"),
    Signal("MED", 2, K.PROTECTED_ADULT, detail="Curatelle renforcée", to_tell="UDAF, Mme Perrot, 03 53 01 05 10"),
    Signal("HEM", 0, K.PROTECTIVE_ISOLATION),
    Signal("HEM", 1, K.PROTECTIVE_ISOLATION),
    Signal("HEM", 1, K.CLINICAL_TRIAL, to_tell="Équipe de recherche clinique, 03 53 01 05 20"),
    Signal("HEM", 2, K.AIRBORNE_PRECAUTIONS),
    Signal("CHIR", 0, K.PRISONER, to_tell="Poste de garde, 03 53 01 05 30"),
    Signal("CHIR", 1, K.BARIATRIC, detail="Lit et brancard 250 kg"),
    Signal("CHIR", 2, K.DROPLET_PRECAUTIONS),
)
LIFTED = Signal("MED", 1, K.CONTACT_PRECAUTIONS)


def fill(scene: Scene) -> None:
    """Complete the records of the first patients of each ward."""
    for code in WARDS:
        for rank, visit in enumerate(scene.lying(code)[:FILLED]):
            by, at = scene.amh(visit.unit), scene.clock.earlier(0.15)
            _gather(visit, rank, by=by, at=at)
            _ask(visit, rank, by=by, at=at)
    for visit in scene.lying("MED")[:1]:
        _keep_away(visit, by=scene.amh(visit.unit), at=scene.clock.earlier(0.2))
    for signal in (*SIGNALS, LIFTED):
        _signal(scene, signal)


def _gather(visit: Visit, rank: int, *, by: User, at: datetime) -> None:
    """Note a relative to call, and another one whom those who named somebody trust."""
    patient = visit.person.patient
    contacts.add(patient=patient, values={"role": C.EMERGENCY, **_relative(patient, rank)}, by=by, at=at)
    if TRUST[rank % len(TRUST)] == A.YES:
        values = {"role": C.TRUSTED, "stay": visit.written, **_relative(patient, rank + 1)}
        contacts.add(patient=patient, values=values, by=by, at=at)


def _relative(patient: Patient, rank: int) -> dict[str, Any]:
    first_name, (of_woman, of_man) = KIN[rank % len(KIN)]
    return {
        "name": f"{(patient.used_name or patient.birth_name).upper()} {first_name}",
        "relationship": of_woman if patient.sex == Sex.FEMALE else of_man,
        "phone": telephone(4000 + (patient.pk + rank) % 1000),
    }


def _ask(visit: Visit, rank: int, *, by: User, at: datetime) -> None:
    answers: Mapping[ConsentSubject, ConsentAnswer] = {
        **ANSWERS[rank % len(ANSWERS)],
        S.TRUSTED_PERSON: TRUST[rank % len(TRUST)],
    }
    for subject, answer in answers.items():
        consents.note(
            patient=visit.person.patient,
            subject=subject,
            answer=answer,
            source=Source.SAID,
            given_at=at,
            stay=visit.written,
            by=by,
            at=at,
        )


def _keep_away(visit: Visit, *, by: User, at: datetime) -> None:
    values: dict[str, Any] = {
        "role": C.NOT_TO_INFORM,
        "name": "LAMBERT Marc",
        "relationship": "ancien conjoint",
        "note": "Ne pas dire que la personne est hospitalisée",
    }
    contacts.add(patient=visit.person.patient, values=values, by=by, at=at)


def _signal(scene: Scene, signal: Signal) -> None:
    for visit in scene.lying(signal.code)[signal.rank : signal.rank + 1]:
        by, since = scene.amh(visit.unit), scene.clock.earlier(0.1)
        flag = flags.raise_(
            patient=visit.person.patient,
            kind=signal.kind,
            detail=signal.detail,
            to_tell=signal.to_tell,
            by=by,
            at=since,
        )
        if signal is LIFTED:
            flags.lift(flag=flag, by=by, at=scene.clock.earlier(0.9))
