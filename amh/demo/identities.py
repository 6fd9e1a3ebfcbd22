"""Identities that ask for care: records that were two, a doubt that waits, people shown by name to nobody."""

from datetime import datetime

from amh.core.models import User
from amh.demo.people import DOMAIN
from amh.demo.scenes import Scene
from patients.actions import identities, merges, patients, protections
from patients.models import IdentifierType, Patient, Protection
from patients.rules.identities import Anomaly

MERGED, DOUBTED = ("MED", "CHIR", "HEM"), "MED"
"""Units of which one patient had two records, and of which one may have."""


def entangle(scene: Scene) -> None:
    """Merge records that were two, signal two that may be one, and hide a stay."""
    office, at = scene.staff.users["admissions"], scene.clock.day(-1, 11)
    for rank, visit in enumerate(visit for code in MERGED for visit in scene.lying(code)[:1]):
        known = visit.person.patient
        double = _double(known, f"70000000{rank}", by=office, at=scene.clock.day(-400, 10))
        merges.merge(survivor=known, merged=double, reason="Doublon créé lors d’une consultation", by=office, at=at)
    for visit in scene.lying(DOUBTED)[3:4]:
        _double(visit.person.patient, "700000009", by=office, at=scene.clock.earlier(0.2))
        amh = scene.amh(visit.unit)
        identities.report(patient=visit.person.patient, anomaly=Anomaly.DUPLICATE, by=amh, at=scene.clock.earlier(0.5))


def hide(scene: Scene, people: int) -> None:
    """Protect some of those who are there, and the stay of one more whose presence is told to nobody."""
    office, at = scene.staff.users["admissions"], scene.clock.earlier(0.1)
    chosen = scene.rng.sample([visit for visit in scene.visits if visit.is_present], people + 1)
    for visit in chosen[1:]:
        patient = visit.person.patient
        patients.protect(patient=patient, protection=Protection.VIP, by=office, at=at)
        patient.refresh_from_db()
    stay = chosen[0].written
    protections.protect(stay=stay, protection=Protection.UNDISCLOSED, by=office, at=at)
    stay.refresh_from_db()


def _double(known: Patient, number: str, *, by: User, at: datetime) -> Patient:
    """A second record of the same person, as somebody opened it in a hurry."""
    traits = {
        "birth_name": known.birth_name,
        "first_names": known.first_names.split()[0],
        "birth_date": known.birth_date,
        "sex": known.sex,
        "possible_duplicate": True,
    }
    return patients.register(traits=traits, identifiers=[(IdentifierType.IPP, DOMAIN, number)], by=by, at=at)
