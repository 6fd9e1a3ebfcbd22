"""Who opened which record: by the rights of their units day after day, and exceptionally, with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from amh.core import audit, entitlements
from amh.demo.scenes import Scene
from patients.actions import accesses
from patients.models import AccessReason, ReviewOutcome
from patients.queries import accesses as rights
from patients.rules import accesses as rules

R = AccessReason
JUSTIFIED, UNJUSTIFIED = ReviewOutcome.JUSTIFIED, ReviewOutcome.UNJUSTIFIED
DESKS = "10.20.0.%d"
"""Addresses of the ward PCs."""
DAYS = 6
"""Days, before this one, on which records were opened."""


@dataclass(frozen=True)
class Opening:
    """An exceptional access: by whom, to a patient of which ward, so many hours before now; what its review found."""

    who: str
    code: str
    hours: float
    reason: AccessReason
    explanation: str
    found: ReviewOutcome | None = None
    note: str = ""


OPENINGS = (
    Opening("infirmiere", "HEM", 0.5, R.CONTINUITY, "Renfort demandé en hématologie pour la fin du poste"),
    Opening("medecin", "USP", 30, R.ADVICE, "Avis demandé par l’équipe de soins palliatifs"),
    Opening("amh9", "MED", 52, R.TRANSFER, "Mutation en chirurgie à préparer avec la médecine", JUSTIFIED),
    Opening("amh1", "HEM", 76, R.OTHER, "Une voisine voulait de ses nouvelles", UNJUSTIFIED, "Rappel des règles fait"),
)


def look(scene: Scene) -> None:
    """Open records as the wards do every day, then those exceptionally opened."""
    for day in range(-DAYS, 0):
        _read_around(scene, scene.clock.day(day, 10))
    _read_around(scene, scene.clock.earlier(0.5))
    for opening in OPENINGS:
        _open(scene, opening)


def _read_around(scene: Scene, at: datetime) -> None:
    """One colleague after another opens the record of a patient of their unit."""
    for desk, (who, code) in enumerate((("amh", "MED"), ("infirmiere", "MED"), ("medecin", "CHIR"), ("amh4", "HEM"))):
        lying, by = scene.lying(code), scene.staff.users[who]
        if lying:
            patient_id = scene.rng.choice(lying).written.patient_id
            right = rights.grounds(patient_id, by=by, at=at)
            audit.trace("patient", by=by, at=at, ip=DESKS % (desk + 11), patient_id=patient_id, count=1, **right)


def _open(scene: Scene, opening: Opening) -> None:
    by, at = scene.staff.users[opening.who], scene.now - timedelta(hours=opening.hours)
    closed = [one for one in scene.lying(opening.code) if not rules.opens(one.person.patient, to=by, at=at)]
    for visit in closed[-1:]:
        access = accesses.open_exceptionally(
            patient=visit.person.patient, reason=opening.reason, explanation=opening.explanation, by=by, at=at
        )
        right = rights.exceptional(access)
        audit.trace("patient", by=by, at=at, ip=DESKS % 40, patient_id=access.patient_id, count=1, **right)
        if opening.found:
            dpo, later = scene.staff.users["dpo"], at + timedelta(hours=20)
            accesses.review(access=access, outcome=opening.found, note=opening.note, by=dpo, at=later)
    entitlements.fill([by], at=scene.now)
